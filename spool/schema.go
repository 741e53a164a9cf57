package spool

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

// schemaVersion grows with every change of the tables; migrations lists the steps.
const schemaVersion = 6

// postgresOnly begins a statement that SQLite goes without.
const postgresOnly = "/* postgres only */ "

// migrations returns the statements that lead from version n to n+1. BYTES,
// SERIAL and BIGINT stand for what the dialect calls them.
func migrations() [][]string {
	return [][]string{{
		`CREATE TABLE payloads (
			sha256 TEXT PRIMARY KEY, size BIGINT NOT NULL, body BYTES, created_at BIGINT NOT NULL)`,
		`CREATE TABLE messages (
			id TEXT PRIMARY KEY, parent TEXT NOT NULL, correlation TEXT NOT NULL, kind TEXT NOT NULL,
			direction TEXT NOT NULL, partner TEXT NOT NULL, document TEXT NOT NULL, stage TEXT NOT NULL,
			status TEXT NOT NULL, run_at BIGINT NOT NULL, attempts BIGINT NOT NULL, fence BIGINT NOT NULL,
			lease_until BIGINT NOT NULL, dedupe TEXT NOT NULL, order_key TEXT NOT NULL, order_seq BIGINT NOT NULL,
			group_key TEXT NOT NULL, sha256 TEXT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL,
			isa BIGINT NOT NULL, gs BIGINT NOT NULL, prepared BYTES, receipt BYTES, meant TEXT NOT NULL, holder TEXT NOT NULL, code TEXT NOT NULL, error TEXT NOT NULL,
			hint TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)`,
		`CREATE INDEX messages_ready ON messages (run_at, id) WHERE status = 'ready'`,
		`CREATE INDEX messages_leased ON messages (lease_until) WHERE status IN ('running', 'arrived')`,
		`CREATE INDEX messages_parent ON messages (parent) WHERE parent <> ''`,
		`CREATE INDEX messages_staged ON messages (parent) WHERE status = 'staged'`,
		`CREATE INDEX messages_order ON messages (order_key, direction, order_seq) WHERE order_key <> '' AND status NOT IN ('done', 'refused', 'dropped')`,
		`CREATE INDEX messages_attention ON messages (status, updated_at) WHERE status IN ('held', 'dead', 'refused', 'dropped')`,
		`CREATE TABLE expectations (
			message TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, due_at BIGINT NOT NULL,
			state TEXT NOT NULL, answered_by TEXT NOT NULL, note TEXT NOT NULL, digests TEXT NOT NULL,
			PRIMARY KEY (message, key))`,
		`CREATE UNIQUE INDEX expectations_open ON expectations (key) WHERE state IN ('expected', 'overdue')`,
		`CREATE INDEX expectations_due ON expectations (due_at) WHERE state = 'expected'`,
		`CREATE TABLE claims (key TEXT PRIMARY KEY, hash TEXT NOT NULL, message TEXT NOT NULL)`,
		`CREATE TABLE links (member TEXT NOT NULL, carrier TEXT NOT NULL, PRIMARY KEY (member, carrier))`,
		`CREATE INDEX links_carrier ON links (carrier)`,
		`CREATE TABLE labels (message TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (message, name, value))`,
		`CREATE INDEX labels_value ON labels (value)`,
		`CREATE TABLE history (
			seq SERIAL, message TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL,
			from_status TEXT NOT NULL, to_status TEXT NOT NULL, stage TEXT NOT NULL, note TEXT NOT NULL, code TEXT NOT NULL,
			error TEXT NOT NULL, revision TEXT NOT NULL, duration BIGINT NOT NULL, evidence BYTES)`,
		`CREATE INDEX history_message ON history (message)`,
		`CREATE TABLE numbers (scope TEXT PRIMARY KEY, last BIGINT NOT NULL)`,
		`CREATE TABLE numbered (scope TEXT NOT NULL, message TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (scope, message))`,
	}, {
		`CREATE INDEX expectations_key ON expectations (key)`,
		`CREATE INDEX messages_group ON messages (group_key, run_at, id) WHERE status = 'ready' AND group_key <> ''`,
	}, {
		`CREATE TABLE locks (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)`,
	}, {
		`CREATE INDEX messages_correlation ON messages (correlation, id)`,
		`CREATE INDEX messages_received ON messages (partner, document, id) WHERE kind = 'set' AND direction = 'in'`,
		`CREATE INDEX expectations_trouble ON expectations (message) WHERE state IN ('overdue', 'rejected', 'partial')`,
	}, {
		`CREATE TABLE gates (name TEXT NOT NULL, node TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
			since BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (name, node))`,
		// With the stage in the index, what waits for a closed gate is passed over without reading its rows.
		`DROP INDEX messages_ready`,
		`CREATE INDEX messages_ready ON messages (run_at, id, stage) WHERE status = 'ready'`,
	}, {
		postgresOnly + `CREATE INDEX expectations_prefix ON expectations (key COLLATE "C")`, // SQLite's expectations_key is such a one
	}}
}

// upToDate migrates, or says of an existing store that it is of another version.
func upToDate(ctx context.Context, db *sqlx.DB, d dialect, c Config) error {
	if !c.Existing {
		return migrate(ctx, db, d)
	}
	var tables, version int
	if err := db.GetContext(ctx, &tables, d.made); err != nil {
		return err
	}
	if tables == 0 {
		return errNoStore("the database")
	}
	if err := db.GetContext(ctx, &version, `SELECT COALESCE(MAX(version), 0) FROM waybill_schema`); err != nil {
		return err
	}
	if version != schemaVersion {
		return &storeError{text: fmt.Sprintf("the database has schema version %d and this program works with %d", version, schemaVersion),
			hint: "use the program of the version that runs"}
	}
	return nil
}

// migrate brings the tables up to date, under a lock that is taken first and in
// the same transaction. A database of a later version is refused.
func migrate(ctx context.Context, db *sqlx.DB, d dialect) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if d.lock != "" {
		if _, err := tx.ExecContext(ctx, d.lock); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS waybill_schema (version BIGINT NOT NULL)`); err != nil {
		return err
	}
	var version int
	if err := tx.GetContext(ctx, &version, `SELECT COALESCE(MAX(version), 0) FROM waybill_schema`); err != nil {
		return err
	}
	if version > schemaVersion {
		return &storeError{text: fmt.Sprintf("the database has schema version %d and this program knows up to %d", version, schemaVersion),
			hint: "run the newer program, or restore a backup from before the upgrade"}
	}
	types := strings.NewReplacer("BYTES", d.bytes, "SERIAL", d.serial)
	for v := version; v < schemaVersion; v++ {
		for _, statement := range migrations()[v] {
			if strings.HasPrefix(statement, postgresOnly) && d.driver != "postgres" {
				continue
			}
			if _, err := tx.ExecContext(ctx, types.Replace(statement)); err != nil {
				return fmt.Errorf("migrating to version %d: %w", v+1, err)
			}
		}
		if _, err := tx.ExecContext(ctx, tx.Rebind(`INSERT INTO waybill_schema (version) VALUES (?)`), v+1); err != nil {
			return err
		}
	}
	return tx.Commit()
}
