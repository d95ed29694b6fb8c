package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"

	"jari/server/protocol"
)

// Language is one that the page speaks.
type Language string

const (
	Korean  Language = "ko"
	English Language = "en"
)

// LanguageOf is the language that an Accept-Language wants most among those spoken, English when it wants none of them: the same choice
// that the page makes among the browser's languages.
func LanguageOf(accept string) Language {
	best, most := English, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, weight, weighed := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := 1.0
		if weighed {
			var err error
			if q, err = strconv.ParseFloat(strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q="), 64); err != nil || !(q >= 0 && q <= 1) {
				continue
			}
		}
		if l := Language(primary); (l == Korean || l == English) && q > most {
			best, most = l, q
		}
	}
	return best
}

// words are those that the server says itself; where the page says the same, a test compares them with frontend/src/locales.
type words struct {
	Locale               string // of Open Graph
	Title, Lead, Empty   string // of the list of events
	Describe             string // the page in general
	Missing, Bookings    string // titles
	Privacy              string
	Prices, Map, Doors   string
	Back                 string
	Phases               map[string]string
	Script, ScriptEvents string // where no programs run
}

var spoken = map[Language]words{
	English: {
		Locale: "en_US", Title: "On stage", Lead: "Pick your exact seat and watch the house fill, live.",
		Describe: "Pick the exact seats you want on a live map of the house.", Missing: "Nothing here", Bookings: "My bookings", Privacy: "Privacy",
		Map: "Seat map: %s", Doors: "Doors %s", Back: "To the events",
		Phases:       map[string]string{"upcoming": "Not yet on sale", "on_sale": "On sale", "paused": "Sale paused", "sold_out": "Sold out", "ended": "Sale ended"},
		Script:       "Seats are chosen on a live map, which needs JavaScript. Turn it on for this site and reload the page.",
		ScriptEvents: "Choosing seats needs JavaScript. Turn it on for this site and reload the page.",
		Prices:       "Prices", Empty: "Nothing on sale yet",
	},
	Korean: {
		Locale: "ko_KR", Title: "지금 무대에서", Lead: "원하는 바로 그 자리를, 실시간 좌석도에서 고르세요.",
		Describe: "실시간 좌석도에서 원하는 바로 그 자리를 고르세요.", Missing: "페이지를 찾을 수 없습니다", Bookings: "내 예매", Privacy: "개인정보 안내",
		Map: "좌석도: %s", Doors: "입장 %s", Back: "공연 목록으로",
		Phases:       map[string]string{"upcoming": "판매 예정", "on_sale": "예매 중", "paused": "판매 일시 중지", "sold_out": "매진", "ended": "판매 종료"},
		Script:       "좌석은 실시간 좌석도에서 고르며, 자바스크립트가 필요합니다. 이 사이트에서 자바스크립트를 켜고 페이지를 새로고침해 주세요.",
		ScriptEvents: "좌석을 고르려면 자바스크립트가 필요합니다. 이 사이트에서 자바스크립트를 켜고 페이지를 새로고침해 주세요.",
		Prices:       "등급별 가격", Empty: "아직 예매 중인 공연이 없습니다",
	},
}

var koreanDays = [...]string{"일", "월", "화", "수", "목", "금", "토"}

// dayAndTime writes a moment as the page does (useFormat.ts), in the zone of the venue; where that is unknown in UTC, and says so.
func (l Language) dayAndTime(t time.Time, zone string) string {
	t = inZone(t, zone)
	day := t.Format("Mon, January 2, 2006 at ")
	if l == Korean {
		day = fmt.Sprintf("%d년 %d월 %d일 (%s) ", t.Year(), t.Month(), t.Day(), koreanDays[t.Weekday()])
	}
	return day + l.clock(t)
}

func inZone(t time.Time, zone string) time.Time {
	if place, err := time.LoadLocation(zone); err == nil && zone != "" {
		return t.In(place)
	}
	return t.UTC()
}

func (l Language) clock(t time.Time) string {
	unknown := ""
	if t.Location() == time.UTC {
		unknown = " UTC"
	}
	if l != Korean {
		return t.Format("3:04 PM") + unknown
	}
	half := "오전"
	if t.Hour() >= 12 {
		half = "오후"
	}
	return half + t.Format(" 3:04") + unknown
}

// symbols are the narrow ones of currencies that are written with one before the number in both languages.
var symbols = map[string]string{"KRW": "₩", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}

// money writes an amount with its currency; how many minor units there are is Unicode's data of the currency.
func money(m protocol.Money) string {
	digits := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	text := strconv.FormatInt(m.Amount, 10)
	minor := ""
	if digits > 0 {
		text = strings.Repeat("0", max(0, digits+1-len(text))) + text
		text, minor = text[:len(text)-digits], "."+text[len(text)-digits:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if symbol, known := symbols[m.Currency]; known {
		return symbol + text + minor
	}
	return m.Currency + "\u00a0" + text + minor
}
