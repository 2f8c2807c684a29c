package fake

// exchange is a question and its answer, as they come up while the demo runs.
type exchange struct {
	with             person
	subuser, sim     int64
	question, answer string
}

func (e exchange) conversation() conversation {
	return conversation{with: e.with, subuser: e.subuser, sim: e.sim}
}

func smallTalk() []exchange {
	return []exchange{
		{maria, lettings, lettingsSIM1, "We're in front of the house, the blue door, right?",
			"The green one next to it, second floor. See you in a minute!"},
		{amina, stays, staysSIM1, "Could we get a late check-out on the last day?",
			"Until 1 pm, gladly. The small dog as well."},
		{wei, repairs, repairsSIM1, "师傅今天几点到?", "下午三点到四点之间,他出发时会给您打电话。"},
		{dario, lettings, lettingsSIM2, "Ist die Zahlung bei Ihnen angekommen?", "Ja, gerade eben. Vielen Dank!"},
		{helen, office, officeSIM2, "The roses at Orchard Lane look thirsty on the photos.",
			"They get a can of water this evening, I promise."},
		{yusuf, lettings, lettingsSIM2, "هل يمكنني زيارة الشقة مرة أخرى مع زوجتي؟",
			"بالتأكيد، ما رأيكم غداً الساعة الخامسة؟"},
		{daniel, stays, staysSIM2, "Landed! Where do taxis stop?", "Door C, to the left. About 15 minutes to Quay House."},
		{jun, lettings, lettingsSIM1, "契約書の英語版はありますか?", "はい、本日中にメールでお送りします。"},
		{olu, repairs, repairsSIM1, "The ceiling is dry. When do the painters come?",
			"On Tuesday, and they bring their own ladder."},
		{ganesh, office, officeSIM2, "क्या एग्रीमेंट की कॉपी भेज सकते हैं?", "जी, अभी ईमेल से भेज रहे हैं।"},
		{frank, repairs, repairsSIM1, "done", "Thanks, Frank!"},
		{beatriz, lettings, lettingsSIM1, "Esqueci-me do guarda-chuva aí no escritório ☔",
			"Está aqui ao quente, à sua espera."},
		{sofia, repairs, repairsSIM2, "Nu är det varmt i hela lägenheten 🎉", "Härligt! Ha en fin kväll."},
		{aleksandar, lettings, lettingsSIM1, "Да ли треба да понесемо и изводе из банке?",
			"Довољна је лична карта, остало већ имамо."},
		{lea, stays, staysSIM1, "On a oublié un doudou lapin, vous l'avez trouvé ? 🐰",
			"Oui, il boude un peu mais il va bien. On vous l'envoie !"},
		{rosa, lettings, lettingsSIM2, "Papiere sind da? Der Hund fragt auch schon.",
			"Alles da, alles gut. Grüße an den Hund!"},
		{charlie, stays, staysSIM2, "charger arrived, you legends", "Wonderful, thanks for telling us!"},
		{noa, lettings, lettingsSIM1, "היי, אולי התפנתה דירה קטנה יותר?", "כן! שתי דירות חדשות, שולחים עכשיו קישור."},
		{jelena, repairs, repairsSIM2, "Lift opet stoji na trećem spratu.", "Serviser je pozvan, stiže za sat vremena."},
		{padraig, office, officeSIM1, "Would you have a copy of my lease handy?", "On its way to your e-mail, Pádraig."},
		{thi, repairs, repairsSIM2, "Anh chị ơi, em cần thêm một chìa khóa ạ.", "Được nhé, mai bạn ghé văn phòng lấy."},
		{mira, lettings, lettingsSIM1, "Može li još jedna poseta u subotu?", "Može, u 10 smo tamo."},
		{camille, office, officeSIM1, "Bonjour, la colocation n'a pas tenu… le studio est-il libre ?",
			"Bonjour ! L'autre l'est, toujours sans moquette."},
		{kaito, stays, staysSIM1, "来月も同じ部屋を予約できますか?", "はい、空いております。日にちを教えてください。"},
		{stranger, lettings, lettingsSIM2, "Which bus stops near you?", "The 12 and the 44, stop Pine Street North."},
		{maria, lettings, lettingsSIM1, "Thank you for the tour! Señora Bigotes approves of the photos 🐾",
			"Our regards to Señora Bigotes. Shall we reserve it for you?"},
		{tom, office, officeSIM2, "One more receipt. Upside down if you must.", "¡ǝɹnS"},
		{neighbor, repairs, repairsSIM1, "Silence until 8 today. I noticed. Thank you.",
			"We're glad. Sleep well, all of you!"},
	}
}

// enquiries come from numbers that nobody knows yet.
func enquiries() []exchange {
	return []exchange{
		{subuser: lettings, sim: lettingsSIM1, question: "Hi, is the flat from the window still to let?",
			answer: "Hi! Which one did you see, the one with the balcony or the one with the cat?"},
		{subuser: office, sim: officeSIM1, question: "Hello, do you manage properties for owners abroad?",
			answer: "Hello! We do. May we call you tomorrow morning?"},
		{subuser: stays, sim: staysSIM1, question: "Anything free this weekend for two?",
			answer: "Harbour View 3 is, from Friday 3 pm."},
		{subuser: lettings, sim: lettingsSIM2, question: "Guten Tag, vermieten Sie auch Stellplätze?",
			answer: "Guten Tag! Im Elm Court ist gerade einer frei."},
	}
}
