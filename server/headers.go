package server

import "net/http"

// apiPolicy is for answers that are no pages: a browser that shows one loads and runs nothing for it. Pages set their own.
const apiPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// setHeaders says to browsers what no answer of ours is meant for; what answers may say it otherwise.
func setHeaders(next http.Handler) http.Handler {
	// Made once: there are many answers, and nobody changes a value in its place.
	var (
		noSniff  = []string{"nosniff"}
		sameSite = []string{"same-origin"}
		deny     = []string{"DENY"}
		policy   = []string{apiPolicy}
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header["X-Content-Type-Options"] = noSniff
		header["Cross-Origin-Resource-Policy"] = sameSite
		if !isGraphQL(r) { // whose answers no browser shows as a page
			header["Content-Security-Policy"] = policy
			header["X-Frame-Options"] = deny
			header["Referrer-Policy"] = sameSite
			header["Cross-Origin-Opener-Policy"] = sameSite
		}
		next.ServeHTTP(w, r)
	})
}
