package api

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// forged makes a token as an attacker or a mistake would.
func forged(t *testing.T, method jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": tokenIssuer, "aud": tokenAudience, "sub": uuid.NewString(),
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	if change != nil {
		change(claims)
	}
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func badTokens(t *testing.T) map[string]string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(claim string, value any) func(jwt.MapClaims) {
		return func(c jwt.MapClaims) {
			if value == nil {
				delete(c, claim)
				return
			}
			c[claim] = value
		}
	}
	good := forged(t, jwt.SigningMethodHS256, testKey, nil)
	return map[string]string{
		"no token":              "no token",
		"alg none":              forged(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"alg none, signature":   forged(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil) + strings.SplitAfter(good, ".")[2],
		"signature cut":         good[:strings.LastIndexByte(good, '.')+1],
		"signature changed":     good[:len(good)-2] + "xx",
		"HS384":                 forged(t, jwt.SigningMethodHS384, testKey, nil),
		"HS512":                 forged(t, jwt.SigningMethodHS512, testKey, nil),
		"RS256":                 forged(t, jwt.SigningMethodRS256, private, nil),
		"another key":           forged(t, jwt.SigningMethodHS256, []byte("another"), nil),
		"expired":               forged(t, jwt.SigningMethodHS256, testKey, set("exp", time.Now().Add(-time.Second).Unix())),
		"without end":           forged(t, jwt.SigningMethodHS256, testKey, set("exp", nil)),
		"not yet":               forged(t, jwt.SigningMethodHS256, testKey, set("nbf", time.Now().Add(time.Hour).Unix())),
		"another issuer":        forged(t, jwt.SigningMethodHS256, testKey, set("iss", "other")),
		"without issuer":        forged(t, jwt.SigningMethodHS256, testKey, set("iss", nil)),
		"another audience":      forged(t, jwt.SigningMethodHS256, testKey, set("aud", "other")),
		"without audience":      forged(t, jwt.SigningMethodHS256, testKey, set("aud", nil)),
		"without buyer":         forged(t, jwt.SigningMethodHS256, testKey, set("sub", nil)),
		"buyer no uuid":         forged(t, jwt.SigningMethodHS256, testKey, set("sub", "admin")),
		"buyer written another": forged(t, jwt.SigningMethodHS256, testKey, set("sub", strings.ToUpper("3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a1f"))),
		"huge":                  strings.Repeat("a", 4000),
	}
}

func TestBadTokens(t *testing.T) {
	s := start(t)
	s.want(200, s.do("GET", base+"/bookings", forged(t, jwt.SigningMethodHS256, testKey, nil), ""))
	s.wantProblem(401, "unauthorized", s.do("GET", base+"/bookings", "", ""))
	s.wantProblem(401, "unauthorized", s.do("GET", base+"/bookings", "", "", "Authorization", "Basic abc"))
	for name, token := range badTokens(t) {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			for _, call := range []struct{ method, path string }{
				{"GET", "/bookings"}, {"POST", "/sessions"}, {"GET", "/events/demo/hold"}, {"POST", "/events/demo/hold"}, {"DELETE", "/events/demo/hold"},
				{"DELETE", "/events/demo/hold/seats/A-1"}, {"POST", "/events/demo/hold/extend"}, {"POST", "/events/demo/bookings"},
				{"GET", "/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10"}, {"POST", "/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10/cancel"},
				{"POST", "/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10/link"}, {"DELETE", "/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10/link"},
			} {
				a := s.do(call.method, base+call.path, token, `{}`)
				s.wantProblem(401, "unauthorized", a)
				if a.header.Get("WWW-Authenticate") == "" {
					t.Error("WWW-Authenticate is missing")
				}
			}
			p := s.dial()
			p.send(`{"id":4,"type":"auth","token":"` + token + `"}`)
			if m := p.expect("error"); m["code"] != "unauthorized" {
				t.Errorf("message %v", m)
			}
			if code := p.closed(); code != 4501 {
				t.Errorf("closed with %d", code)
			}
		})
	}
}

func TestSessionIsRenewed(t *testing.T) {
	s := start(t)
	token, buyer := s.guest()
	var renewed struct {
		Buyer     struct{ ID string }
		ExpiresAt time.Time `json:"expires_at"`
	}
	s.want(201, s.do("POST", base+"/sessions", token, "")).into(t, &renewed)
	if renewed.Buyer.ID != buyer || time.Until(renewed.ExpiresAt) < 29*24*time.Hour {
		t.Errorf("renewed %+v, buyer %s", renewed, buyer)
	}
	if _, other := s.guest(); other == buyer {
		t.Error("two guests are one buyer")
	}
}

func TestShortKeyIsRefused(t *testing.T) {
	if _, err := newTokens([]byte("short"), time.Now); err == nil {
		t.Error("a short key signs")
	}
}
