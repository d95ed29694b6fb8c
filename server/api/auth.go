package api

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"jari/server/protocol"
)

const (
	tokenIssuer   = "jari"
	tokenAudience = "jari/api/v1"
	tokenLife     = 30 * 24 * time.Hour
	tokenMaxBytes = 2048 // ours have about 300
	keyMinBytes   = 32   // RFC 7518 section 3.2: a key of the hash's size or larger
)

// tokens makes and reads the buyers' JWTs, HS256 and nothing else.
type tokens struct {
	key    []byte
	now    func() time.Time
	parser *jwt.Parser
}

func newTokens(key []byte, now func() time.Time) (*tokens, error) {
	if len(key) < keyMinBytes {
		return nil, fmt.Errorf("signing key has %d bytes, at least %d are needed", len(key), keyMinBytes)
	}
	return &tokens{key: key, now: now, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(), jwt.WithIssuer(tokenIssuer), jwt.WithAudience(tokenAudience), jwt.WithTimeFunc(now))}, nil
}

// issue makes a token for the buyer, good for 30 days.
func (t *tokens) issue(buyer string) (protocol.Session, error) {
	now := t.now()
	expires := now.Add(tokenLife).Truncate(time.Second) // JWT times are whole seconds
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenAudience}, Subject: buyer,
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
	}).SignedString(t.key)
	if err != nil {
		return protocol.Session{}, fmt.Errorf("sign token: %w", err)
	}
	return protocol.Session{Token: signed, ExpiresAt: protocol.Time{Time: expires}, Buyer: protocol.Buyer{ID: buyer}}, nil
}

// read returns the buyer that the token speaks for and when it ends. Codes: unauthorized.
func (t *tokens) read(token string) (buyer string, expires time.Time, err error) {
	if token == "" || len(token) > tokenMaxBytes {
		return "", time.Time{}, refuse(protocol.CodeUnauthorized, "a valid token is needed")
	}
	var claims jwt.RegisteredClaims
	_, err = t.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return t.key, nil })
	if errors.Is(err, jwt.ErrTokenExpired) {
		return "", time.Time{}, refuse(protocol.CodeUnauthorized, "the token has expired")
	}
	if err != nil {
		return "", time.Time{}, refuse(protocol.CodeUnauthorized, "the token is not valid")
	}
	if id, err := uuid.Parse(claims.Subject); err != nil || id.String() != claims.Subject {
		return "", time.Time{}, refuse(protocol.CodeUnauthorized, "the token names no buyer")
	}
	return claims.Subject, claims.ExpiresAt.Time, nil
}

// bearer is the token of the Authorization header, empty when there is none. Codes: unauthorized.
func bearer(c *fiber.Ctx) (string, error) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		return "", nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", refuse(protocol.CodeUnauthorized, "the Authorization header is not a Bearer token")
	}
	return strings.TrimSpace(token), nil
}

// asBuyer runs f for the buyer whose token the request carries. Codes: unauthorized, rate_limited.
func (a *API) asBuyer(f func(c *fiber.Ctx, buyer string) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		token, err := bearer(c)
		if err != nil {
			return err
		}
		buyer, _, err := a.tokens.read(token)
		if err != nil {
			return err
		}
		if err := a.guard.buyer(client(c), buyer); err != nil {
			return err
		}
		return f(c, buyer)
	}
}
