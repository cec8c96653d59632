package server

import (
	"context"
	"fmt"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Issuer is an OpenID Connect provider whose tokens (JWT) clients may show.
type Issuer struct {
	verifier *oidc.IDTokenVerifier
}

// NewIssuer asks the provider at url, which must be reachable, where its keys are; they are fetched anew when it changes
// them. Tokens must be made out to audience.
func NewIssuer(ctx context.Context, url, audience string) (*Issuer, error) {
	provider, err := oidc.NewProvider(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("ask the issuer %s: %w", url, err)
	}
	return &Issuer{provider.Verifier(&oidc.Config{ClientID: audience})}, nil
}

// subject says whom a token is about, if it is the issuer's, made out to us, and of today.
func (i *Issuer) subject(ctx context.Context, token string) (name string, known bool) {
	verified, err := i.verifier.Verify(ctx, token)
	if err != nil {
		return "", false
	}
	return verified.Subject, true
}
