package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"sort"
	"time"
)

// Signed attributes (RFC 5652 §11).
func oidContentType() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
}
func oidMessageDigest() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
}
func oidSigningTime() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
}

// attribute is an Attribute (RFC 5652 §5.3).
type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue `asn1:"set"`
}

// signerInfo is a SignerInfo (RFC 5652 §5.3).
type signerInfo struct {
	Version    int
	Signer     asn1.RawValue
	Digest     algorithm
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  algorithm
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"optional,tag:1"`
}

// SignOptions of a signature.
type SignOptions struct {
	Hash  crypto.Hash
	Time  time.Time           // of signing; zero leaves it out
	Chain []*x509.Certificate // sent along, after the signer's own
}

// SignDigest signs a content by its digest and returns detached SignedData in DER.
func SignDigest(digest []byte, id Identity, o SignOptions) ([]byte, error) {
	oid, ok := digestOIDs()[o.Hash]
	if !ok || len(digest) != o.Hash.Size() {
		return nil, fmt.Errorf("sign: no digest of %d bytes with %v", len(digest), o.Hash)
	}
	if _, ok := id.Key.Public().(*rsa.PublicKey); !ok {
		return nil, errors.New("sign: the key is not an RSA key")
	}
	attrs, err := attributes(digest, o.Time)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	h := o.Hash.New()
	h.Write(wrap(tagSet, attrs))
	signature, err := id.Key.Sign(rand.Reader, h.Sum(nil), o.Hash)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	signer, err := asn1.Marshal(issuerAndSerial{asn1.RawValue{FullBytes: id.Certificate.RawIssuer}, id.Certificate.SerialNumber})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	info, err := asn1.Marshal(signerInfo{
		Version: 1, Signer: asn1.RawValue{FullBytes: signer}, Digest: algorithm{Algorithm: oid, Parameters: asn1.NullRawValue},
		Attributes: asn1.RawValue{FullBytes: wrap(tagContext0, attrs)},
		Algorithm:  algorithm{Algorithm: oidRSA(), Parameters: asn1.NullRawValue}, Signature: signature,
	})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	alg, err := asn1.Marshal(algorithm{Algorithm: oid, Parameters: asn1.NullRawValue})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	certs := append([]byte(nil), id.Certificate.Raw...)
	for _, c := range o.Chain {
		certs = append(certs, c.Raw...)
	}
	content := bytes.Join([][]byte{
		wrap(tagInteger, []byte{1}), wrap(tagSet, alg), wrap(tagSequence, derOID(contentTypes()[Data])),
		wrap(tagContext0, certs), wrap(tagSet, info),
	}, nil)
	return wrap(tagSequence, append(derOID(contentTypes()[Signed]), wrap(tagContext0, wrap(tagSequence, content))...)), nil
}

// attributes are the signed attributes, in the order of DER.
func attributes(digest []byte, at time.Time) ([]byte, error) {
	values := []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{{oidContentType(), contentTypes()[Data]}, {oidMessageDigest(), digest}}
	if !at.IsZero() {
		values = append(values, struct {
			oid   asn1.ObjectIdentifier
			value any
		}{oidSigningTime(), at.UTC()})
	}
	var all [][]byte
	for _, v := range values {
		der, err := asn1.Marshal(v.value)
		if err != nil {
			return nil, err
		}
		all = append(all, wrap(tagSequence, append(derOID(v.oid), wrap(tagSet, der)...)))
	}
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i], all[j]) < 0 })
	return bytes.Join(all, nil), nil
}
