package page

// Document is a whole page in parts, the ones that are the same for many addresses by themselves: they are compressed once.
type Document struct {
	Start, Rest, Middle, After, End string // of index.html; what is composed goes between them
}

// Shell is what all documents of a language have in common. The head goes behind Start, links behind Rest, the still
// picture behind Middle, data behind After.
func (b *Build) Shell(l Language) Document {
	return Document{Start: b.index.start + string(l) + b.index.head, Rest: b.index.rest, Middle: b.index.middle, After: b.index.after, End: b.index.end}
}

// Data is put into documents as JSON, for the page to find by these ids. It must be of encoding/json, which writes nothing that could end the
// element: <, > and & are escaped there, and so are U+2028 and U+2029.
const (
	EventData  = "jari-event"
	EventsData = "jari-events"
	DataEnd    = "</script>\n"
)

// DataStart begins the element of an id.
func DataStart(id string) string { return `<script type="application/json" id="` + id + `">` }
