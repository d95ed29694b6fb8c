package page

import (
	"fmt"
	"strings"
)

// index is index.html, cut where the server puts something in.
type index struct {
	start  string // up to the language
	head   string // from behind the language up to the head's own lines, which are replaced
	rest   string // up to the end of the head
	middle string // up to the inside of the element that the program takes over
	after  string // up to the data
	end    string
}

// marks of frontend/index.html, in their order. As comments they do no harm where it is served as it is.
var marks = [...]string{`<html lang="`, `"`, `<!--head-->`, `<!--/head-->`, `</head>`, `<!--still-->`, `<!--data-->`}

func readIndex(text string) (index, error) {
	var parts [len(marks)]string
	rest, found := text, false
	for i, mark := range marks {
		if parts[i], rest, found = strings.Cut(rest, mark); !found {
			return index{}, fmt.Errorf("%s of the built page lacks %q where the server puts something in", indexFile, mark)
		}
	}
	// parts[1] and parts[3] are what stands there without a server.
	return index{start: parts[0] + marks[0], head: marks[1] + parts[2], rest: parts[4], middle: marks[4] + parts[5], after: parts[6], end: rest}, nil
}
