package canonical

// ShipmentTree is a shipment as X12 856 nests it: level in level. A mapping writes
// and reads it; no adapter sees it. FromTree makes a Shipment of it, and ToTree
// the tree again.
type ShipmentTree struct {
	ShipmentHeader
	TreeLevel
}

// TreeLevel is what a level of the tree holds: an HL in another HL.
type TreeLevel struct {
	Containers []TreeUnit  `json:"containers,omitempty" doc:"HL E"`
	Tares      []TreeUnit  `json:"tares,omitempty" doc:"pallets (HL T)"`
	Packs      []TreeUnit  `json:"packs,omitempty" doc:"cartons (HL P)"`
	InnerPacks []TreeUnit  `json:"innerPacks,omitempty" doc:"packs in a carton (HL Q)"`
	Orders     []TreeOrder `json:"orders,omitempty" doc:"HL O; no order holds another"`
	Items      []TreeItem  `json:"items,omitempty" doc:"goods of this level in no further unit (HL I)"`
}

// TreeOrder is an order with its units and its goods.
type TreeOrder struct {
	ShipmentOrder
	TreeLevel
}

// TreeUnit is a unit with what is in it.
type TreeUnit struct {
	Type string `json:"type,omitempty" codes:"unitType" doc:"what it is, where the level does not say it"`
	UnitMarks
	TreeLevel
}

// TreeItem is goods of one line in one place.
type TreeItem struct {
	ShippedGoods
	Shipped *Quantity  `json:"shipped,omitempty" doc:"in this place (SN102, 03)"`
	Packs   []ItemPack `json:"packs,omitempty" doc:"cartons that hold nothing but this item (HL P below HL I)"`
}

// ItemPack is a carton below its item.
type ItemPack struct {
	Type string `json:"type,omitempty" codes:"unitType" doc:"what it is, where it is no carton"`
	UnitMarks
	Shipped *Quantity `json:"shipped,omitempty" doc:"how much of the item it holds (SN102, 03)"`
}

// WarehouseShipmentTree is a shipment as X12 945 lists it: groups of lines. A
// mapping writes and reads it; no adapter sees it. FromWarehouseTree makes a
// Shipment of it, and ToWarehouseTree the groups again.
type WarehouseShipmentTree struct {
	ShipmentHeader
	CustomerOrderNumber string          `json:"customerOrderNumber,omitempty" canonical:"max=35" doc:"the buyer's order number, zeros kept (W0606)"`
	OrderNumber         string          `json:"orderNumber,omitempty" doc:"our order (W0607)"`
	Groups              []WarehouseTree `json:"groups" canonical:"required" doc:"LX"`
}

// WarehouseTree is one group of lines with the units that hold all of them.
type WarehouseTree struct {
	Group      string             `json:"group,omitempty" doc:"its number (LX01)"`
	Units      []UnitMarks        `json:"units,omitempty" doc:"pallets or cartons that hold the lines (MAN)"`
	References []Reference        `json:"references,omitempty" doc:"of the group (N9)"`
	Lines      []WarehouseShipped `json:"lines,omitempty" doc:"W12"`
}

// WarehouseShipped is one line with its licence plates.
type WarehouseShipped struct {
	ShippedGoods
	Shipped *Quantity `json:"shipped,omitempty" doc:"W1203, 05"`
	Plates  []Plate   `json:"plates,omitempty" doc:"units that hold goods of this line (N9 LV)"`
}

// Plate is one unit with its part of a line.
type Plate struct {
	Number   string  `json:"number" canonical:"required" doc:"SSCC or another number (N902 of LV)"`
	Quantity Decimal `json:"quantity,omitempty" doc:"how much of the line it holds (N903 of LV)"`
}
