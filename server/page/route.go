package page

import "strings"

// View is what the page shows at an address, by the source that it is made of.
type View string

const (
	ViewEvents   View = "src/views/EventsView.vue"
	ViewEvent    View = "src/views/EventView.vue"
	ViewBookings View = "src/views/BookingsView.vue"
	ViewBooking  View = "src/views/BookingView.vue"
	ViewPrivacy  View = "src/views/PrivacyView.vue"
	ViewMissing  View = "src/views/MissingView.vue"
)

// Route is an address of the page.
type Route struct {
	View View
	Path string // as links are to name it
	ID   string // of the event or the booking
}

// routes are those of frontend/src/router.ts, which a test compares.
var routes = []struct {
	path string // a part that begins with a colon is any
	view View
}{
	{"/", ViewEvents},
	{"/events/:event", ViewEvent},
	{"/bookings", ViewBookings},
	{"/bookings/:id", ViewBooking},
	{"/privacy", ViewPrivacy},
}

// RouteOf finds the route of a path; the view of one that is none is ViewMissing. A slash at the end is no other address to the page.
func RouteOf(path string) Route {
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, r := range routes {
		want := strings.Split(strings.TrimSuffix(r.path, "/"), "/")
		if len(want) != len(parts) {
			continue
		}
		found := Route{View: r.view, Path: strings.TrimSuffix(path, "/")}
		fits := true
		for i, part := range want {
			if strings.HasPrefix(part, ":") {
				found.ID, fits = parts[i], fits && parts[i] != ""
			} else {
				fits = fits && part == parts[i]
			}
		}
		if fits {
			if found.Path == "" {
				found.Path = "/"
			}
			return found
		}
	}
	return Route{View: ViewMissing, Path: path}
}

// Private reports whether what is shown is one buyer's: nothing for search engines, nor for whoever is linked to from there.
func (v View) Private() bool { return v == ViewBookings || v == ViewBooking }
