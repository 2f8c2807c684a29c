package fake

// Guests of the flats for short stays.
var (
	lea     = person{"Léa & Hugo", "+33639980164"}
	daniel  = person{"Daniel Okafor", "+16045550139"}
	kaito   = person{"佐藤 海斗", "+14155550153"}
	amina   = person{"Amina 🌻", "+447700900688"}
	charlie = person{"Charlie Nguyen-Whitfield-Abernathy", "+61491570157"}
	guest   = person{"", "+61491570110"}
)

func staysTalks() []conversation {
	return []conversation{
		{lea, stays, staysSIM1, []line{
			tag("Warm"),
			auto("11d 10:00",
				"Alder & Pine: welcome! Your flat: Harbour View 3. Key box code: 5520. Wi-Fi: HarbourGuest / seagull-42"),
			in("11d 16:20", "Bonjour ! On est bien arrivés, l'appart est superbe 😍"),
			out("11d 16:31", "Ravis de l'entendre ! Bon séjour à tous les deux."),
			in("9d 09:12", "Petite question : où jette-t-on le verre ?"),
			out("9d 09:15", "Au coin de la rue, les gros conteneurs verts."),
			tag("VIP"),
			in("7d 11:04", "On est partis, les clés sont dans la boîte. Merci pour tout, on reviendra !"),
			out("7d 11:20", "Avec plaisir ! Un petit avis nous aiderait beaucoup."),
			in("6d 20:20", "⭐⭐⭐⭐⭐"),
		}},
		{daniel, stays, staysSIM2, []line{
			tag("Hot"),
			auto("1d 10:00",
				"Alder & Pine: your stay begins tomorrow. Flat: Quay House 1. Check-in from 3 pm. Please send your time of "+
					"arrival."),
			in("1d 12:31", "Landing around 2:10 pm if the wind is kind. Could we drop our bags earlier?"),
			out("1d 12:45", "Sure, from noon. The café downstairs has a key to the luggage room."),
			in("1d 12:46", "Brilliant"),
			in("0d 10:58", "Boarding now! Three adults, one toddler. Is there a cot?"),
			fails("0d 11:20", "There is, already made up. Safe flight!"),
		}},
		{kaito, stays, staysSIM1, []line{
			tag("Cold"),
			in("23d 08:08", "チェックアウトは何時までですか?"),
			out("23d 08:15", "11時までです。荷物は15時までお預かりできます。"),
			in("23d 08:16", "助かります、ありがとうございます!"),
		}},
		{amina, stays, staysSIM1, []line{
			tag("Cold"),
			in("31d 14:14", "Hi! Is Quay House free for the second week of next month? Four of us + a very small dog"),
			out("31d 14:30", "Hi Amina! It is, Mon to Sun. Very small dogs stay free, medium ones pay in tricks."),
			in("31d 14:33", "😂😂 he knows \"sit\""),
			tag("Warm"),
			in("30d 09:20", "We'd like to book. Can we pay half now?"),
			out("30d 09:31", "Of course. Link: https://alder-and-pine.example/pay/QH1-4-GUESTS"),
			tag("Hot"),
			in("30d 09:50", "Paid ✅"),
			out("30d 09:52", "Received, thank you! See you soon."),
			tag("Warm"),
			in("4d 19:33", "One of us has broken a leg (juggling, don't ask). Is there a lift?"),
			out("4d 19:45", "Oh no! Get well soon to the leg. There is a lift, wide enough for a wheelchair."),
			in("4d 19:46", "You're the best 💛"),
			in("3h", "🐶🎾?"),
		}},
		{charlie, stays, staysSIM2, []line{
			tag("Warm"),
			in("2d 13:01", "g'day, left my charger at harbour view 3 (white, usb-c, sentimental value)"),
			out("2d 13:20", "Found it! Shall we post it?"),
			in("2d 13:22", "yes please!\n\n12 Example Parade\nUnit 9\nRichmond VIC 3121"),
			out("1d 09:30", "It's on its way, tracking no. AP-000-271-828. Should be with you in about a week."),
		}},
		{guest, stays, staysSIM2, []line{
			in("0d 06:52", "wifi down"),
			in("0d 06:53", "sorry, good morning. wifi down 😅"),
			out("0d 07:30", "Good morning! Please unplug the white box in the hall for ten seconds. Which flat are you in?"),
			in("0d 07:34", "quay house 2. works now, thanks"),
		}},
	}
}
