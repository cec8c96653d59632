module demarche

go 1.26

tool github.com/99designs/gqlgen
