package fake

// People whom the office deals with: first enquiries, landlords, bookkeeping, and what machines send.
var (
	helen     = person{"Helen Whitcombe", "+442079460112"}
	padraig   = person{"Pádraig Ó Sé", "+353209120345"}
	ganesh    = person{"गणेश कुलकर्णी", "+447700900419"}
	camille   = person{"Camille Aubert", "+33639980127"}
	tom       = person{"Tom (accountant)", "+14155550108"}
	codes     = person{"", "55501"}
	parcelBox = person{"", "ParcelBox"}
	wrong     = person{"", "+447700900905"}
)

func officeTalks() []conversation {
	return []conversation{
		{maria, office, officeSIM1, []line{
			tag("Cold"),
			in("41d 08:55", "Hello, do you have anything with two rooms near the park?"),
			out("41d 09:20", "Hello! Not right now, but we will write as soon as something comes up. May I take your name?"),
			in("41d 09:24", "Maria Ochoa. No rush, my lease runs until the end of the year."),
			out("41d 09:30", "Noted, Maria. Talk soon!"),
			auto("22d 10:00",
				"Alder & Pine: a new flat near you. 2 rooms, 58 m², Pine Street 14. Reply STOP to hear no more from us."),
			in("22d 11:20", "Interesting! I'll have a look at the weekend."),
		}},
		{mira, office, officeSIM1, []line{
			tag("Cold"),
			in("6d 13:11", "Is the flat on Pine Street still free?"),
			out("6d 13:25", "It is. My colleagues from lettings will write to you about a visit."),
		}},
		{helen, office, officeSIM2, []line{
			tag("VIP"),
			in("38d 16:20", "Good afternoon. I have decided to let the house on Orchard Lane as well. Shall we talk terms?"),
			out("38d 16:25", "Good afternoon, Mrs Whitcombe, with pleasure! Tea at ours, or shall I come to you?"),
			in("38d 16:41", "Come to me. There will be cake."),
			out("38d 16:42", "In that case I shall be early."),
			in("30d 10:02", "The contract reads well. One thing: no smokers, and the roses are to be watered."),
			out("30d 10:15", "Both go into the contract, the roses by name."),
			in("17d 09:00", "Any news about tenants?"),
			out("17d 09:12", "Three viewings this week. The couple with the baby were very taken with it."),
			in("17d 09:30", "A baby! Then do tell them about the school."),
			out("5d 15:30", "They signed this morning. Congratulations!"),
			in("5d 15:48", "Splendid. I shall bake."),
			auto("1d 09:00",
				"Alder & Pine: your statement for last month is ready.\n\nRent received: 6,420.00\nRepairs: −214.50\nPaid out: "+
					"6,205.50"),
			in("1d 09:40", "Received, thank you. What were the repairs?"),
			out("1d 09:58", "The boiler at Orchard Lane: new pressure valve, and the yearly service."),
		}},
		{padraig, office, officeSIM1, []line{
			tag("Warm"),
			in("29d 12:12", "Is it yourselves that manage Elm Court? There's a fierce draught in the stairwell."),
			out("29d 12:30", "It is! Thanks for telling us, the caretaker will look at the door today."),
			in("28d 08:15", "He did, he did. Grand job."),
			tag("Cold"),
			in("13d 19:20", "Moving back home to Ventry next year, so I'll be giving notice soon."),
			out("12d 09:01", "Sorry to lose you, Pádraig, and thanks for the early word."),
		}},
		{ganesh, office, officeSIM2, []line{
			tag("Cold"),
			in("10d 10:10", "नमस्ते, क्या आपके पास दो बेडरूम का फ्लैट किराये पर उपलब्ध है?"),
			out("10d 10:35", "नमस्ते गणेश जी! जी हाँ, Elm Court में एक फ्लैट अगले महीने से खाली है।"),
			in("10d 10:40", "बहुत बढ़िया। किराया कितना है और क्या वहाँ पार्किंग मिलेगी?"),
			out("10d 11:00", "किराया 1,780 प्रति माह है, पार्किंग शामिल है।"),
			tag("Warm"),
			in("2d 17:25", "हम शनिवार को देखने आ सकते हैं? परिवार भी साथ आएगा 👨‍👩‍👧"),
			out("2d 17:40", "ज़रूर, शनिवार सुबह 11 बजे मिलते हैं।"),
			in("2h", "माफ़ कीजिए, क्या 12 बजे हो सकता है?"),
		}},
		{camille, office, officeSIM1, []line{
			tag("Cold"),
			in("36d 14:00", "Bonjour, je cherche un studio meublé pour ma fille, à partir de la rentrée."),
			out("36d 14:22", "Bonjour Madame Aubert ! Nous en avons deux. Je vous envoie les annonces."),
			in("36d 14:25", "Parfait, merci beaucoup."),
			tag("Warm"),
			in("34d 18:40", "Le deuxième lui plaît : « lumineux et sans moquette », dit-elle."),
			out("34d 18:55", "Une fille de goût. On le réserve ?"),
			tag("Cold"),
			in("25d 08:30", "Finalement elle part en colocation. Désolée pour le dérangement !"),
			out("25d 08:44", "Aucun souci, bonne rentrée à elle !"),
		}},
		{tom, office, officeSIM2, []line{
			in("19d 11:02", "Need the receipts for last quarter when you have a minute."),
			out("19d 11:30", "All in the shared folder, one is upside down, sorry."),
			in("19d 11:31", "They are all upside down."),
			out("19d 11:33", "Consistency is a virtue."),
			in("1d 15:15", "Deposit for Maple 7 is in. Receipt no. 2291."),
		}},
		{codes, office, officeSIM1, []line{
			in("18d 09:01", "418 220 is your code. Don't share it with anyone."),
			in("0d 08:31", "907 113 is your code. Don't share it with anyone."),
		}},
		{parcelBox, office, officeSIM2, []line{
			in("7d 13:37", "Your parcel is in box 12. Open with 4471 within 3 days."),
			in("1d 13:20", "Your parcel is in box 4. Open with 0932 within 3 days."),
		}},
		{wrong, office, officeSIM1, []line{
			in("24d 22:48", "Mum can you pick me up after practice"),
			out("23d 08:31", "Good morning! I think this was meant for your mum. This is Alder & Pine, the letting agency."),
			in("23d 08:33", "omg sorry 😳😳😳"),
		}},
	}
}
