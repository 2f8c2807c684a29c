package fake

// People who look for a flat, some of whom the office met first.
var (
	maria      = person{"Maria Ochoa", "+14155550134"}
	dario      = person{"Dario Lenz", "+4917139200014"}
	aleksandar = person{"Александар Стојановић", "+447700900118"}
	jun        = person{"田中 純", "+14155550171"}
	rosa       = person{"Rosa Brandt", "+4917604069023"}
	yusuf      = person{"يوسف حدّاد", "+447700900342"}
	noa        = person{"נועה לוי", "+447700900377"}
	beatriz    = person{"Beatriz Conceição", "+447700900251"}
	stranger   = person{"", "+14155550162"}
	mira       = person{"Mira Novak", "+381690156360"}
)

func lettingsTalks() []conversation {
	return []conversation{
		{maria, lettings, lettingsSIM1, []line{
			tag("Cold"),
			in("1d 16:02", "Hi, I saw your ad about the apartment on Pine Street. Is it still available?"),
			out("1d 16:08", "Hi Maria! It is. Would you like to come by and see it?"),
			out("1d 16:09", "Tomorrow we could do 11 am or 3 pm."),
			tag("Warm"),
			in("1d 16:10", "3 pm could work. I have to ask my sister, she drives 🚗"),
			out("1d 16:12", "Of course, take your time."),
			in("1d 16:31", "Does it have a bathtub? And are cats OK?"),
			out("1d 16:40", "Bathtub: yes. Cats: one is fine with the landlord, two would need a word with her."),
			in("1d 16:41", "Just the one. Her name is Señora Bigotes 🐈"),
			out("1d 16:44",
				"Then Señora Bigotes is most welcome.\n\nWhat to bring tomorrow:\n"+
					"– an ID\n– your last three payslips\n– the cat's references 😉"),
			in("1d 18:20", "Haha, will do. What was the rent again, with heating?"),
			out("1d 18:26",
				"2,150 with heating and water, electricity is extra (about 60). Floor plan and photos: "+
					"https://alder-and-pine.example/lettings/pine-street-14/"+
					"second-floor-left?ref=sms&from=maria&utm_campaign=viewings&photos=all#floor-plan"),
			in("1d 18:52", "Looks lovely. My sister says the kitchen wins."),
			fails("0d 09:12", "Good morning! Just checking whether the 3 pm slot suits you."),
			out("0d 09:14", "Good morning, Maria! Is 3 pm still good for you both?"),
			tag("Hot"),
			in("0d 09:40", "Sorry, was on the train!"),
			in("2m", "Is the 3 pm slot still free? I can be there in 20 minutes if so 🙂"),
		}},
		{dario, lettings, lettingsSIM2, []line{
			tag("Cold"),
			in("33d 10:05", "Guten Tag, ist die Zweizimmerwohnung in der Lindenstraße noch frei?"),
			out("33d 10:31", "Guten Tag Herr Lenz, ja, ab dem 1. des übernächsten Monats. Möchten Sie sie besichtigen?"),
			tag("Warm"),
			in("32d 19:12", "Gerne. Am liebsten abends, ich arbeite bis 18 Uhr."),
			out("31d 09:02", "Donnerstag, 18:30 Uhr? Treffpunkt vor dem Haus."),
			in("31d 09:15", "Passt. Bis dann!"),
			in("28d 20:41", "Schöne Wohnung, aber die Straße ist doch recht laut. Ich überlege noch."),
			tag("Cold"),
			in("20d 12:00", "Ich habe etwas anderes in Aussicht. Danke trotzdem!"),
			out("20d 12:20", "Schade, aber verständlich. Melden Sie sich jederzeit."),
			tag("Warm"),
			in("20d 13:05", "Hm, die andere ist gerade weg. Ist Ihre noch frei?"),
			tag("Cold"),
			in("20d 13:20", "Vergessen Sie es, mein Bruder sagt, ich kann erst einmal bei ihm wohnen."),
			tag("Warm"),
			in("20d 14:10", "Also doch. Mein Bruder hat ein Schlagzeug. 🥁 Bitte die Lindenstraße!"),
			out("20d 14:22", "Willkommen zurück 😄 Ich schicke Ihnen die Unterlagen."),
			in("6d 08:50", "Unterlagen sind ausgefüllt und unterwegs. Wohin mit der Reservierungsgebühr?"),
			out("6d 09:10", "Wunderbar! Die Rechnung kommt per Link, sobald alles geprüft ist."),
			fails("14m", "Ihre Rechnung liegt bereit: https://alder-and-pine.example/pay/8F3K-22Q7"),
		}},
		{aleksandar, lettings, lettingsSIM1, []line{
			tag("Warm"),
			in("12d 11:15", "Добар дан, занима ме трособан стан у Липовој улици. Да ли је могуће погледати га викендом?"),
			out("12d 11:40", "Добар дан! Може у суботу у 10 или у 12. Шта вам више одговара?"),
			in("12d 11:44", "У 12, молим вас. Долазимо супруга, ја и двоје деце."),
			out("12d 11:46", "Одлично, видимо се."),
			in("9d 13:20", "Хвала на времену. Деци се највише допао балкон 🙂"),
			out("9d 13:31", "Драго нам је! Јавите кад одлучите."),
			tag("Hot"),
			in("1d 20:15", "Одлучили смо: узимамо стан. Када можемо да потпишемо уговор?"),
			in("48m", "Да ли је четвртак у реду?"),
			out("38m", "Хвала вам! Видимо се у четвртак у 17 часова у канцеларији."),
		}},
		{jun, lettings, lettingsSIM1, []line{
			tag("Warm"),
			in("5d 14:03", "こんにちは。パイン通りの1LDKはまだ空いていますか?"),
			out("5d 14:20", "田中様、お問い合わせありがとうございます。はい、まだ空いております。"),
			in("5d 14:22", "ありがとうございます。オンラインで内見できますか?今は大阪にいます。"),
			out("5d 15:00", "可能です。明日の日本時間10時はいかがでしょうか。"),
			in("5d 15:04", "大丈夫です。よろしくお願いします🙇"),
			in("3d 09:31", "昨日はありがとうございました。日当たりがとても気に入りました。"),
			in("1h", "家賃について少しご相談できますか?"),
		}},
		{rosa, lettings, lettingsSIM2, []line{
			tag("Cold"),
			in("40d 09:14", "Moin! Suche ab sofort 3 Zimmer mit Garten, Hund vorhanden (lieb)."),
			out("40d 09:50", "Moin Frau Brandt! Da hätten wir den Ahornweg 3. Wie groß ist der liebe Hund?"),
			in("40d 09:52", "Sagen wir: mittel bis Sofa. 🐕"),
			out("40d 10:05", "Verstanden. Der Vermieter hat selbst ein Sofa, äh, einen Berner."),
			tag("Warm"),
			in("27d 17:45", "Besichtigung war prima. Wir schlafen eine Nacht darüber."),
			tag("Hot"),
			in("2d 18:02", "Wir nehmen sie!"),
			out("2d 18:10", "Wie schön! Dann bräuchten wir noch Gehaltsnachweise und die Selbstauskunft."),
			in("1d 17:35", "Perfekt, ich schicke die Papiere heute Abend rüber."),
		}},
		{yusuf, lettings, lettingsSIM2, []line{
			tag("Cold"),
			in("8d 12:30", "السلام عليكم، هل ما زالت الشقة في شارع الصنوبر متاحة؟"),
			out("8d 12:52", "وعليكم السلام، نعم ما زالت متاحة. متى يناسبك أن تراها؟"),
			in("8d 13:01", "يوم السبت بعد الظهر إن أمكن، حوالي الساعة 4:30."),
			out("8d 13:10", "ممتاز، السبت 4:30 مساءً. العنوان: 14 Pine Street، الطابق الثاني."),
			tag("Warm"),
			in("4d 16:58", "شكراً جزيلاً على الجولة 🌹 سأرد عليكم قريباً."),
			in("0d 10:22", "هل يشمل الإيجار موقف السيارة؟"),
		}},
		{noa, lettings, lettingsSIM1, []line{
			tag("Warm"),
			in("15d 19:05", "שלום, ראיתי את המודעה לדירה ברחוב Maple 7. אפשר לבוא לראות?"),
			out("15d 19:30", "שלום נועה! בשמחה. יום רביעי ב-18:00?"),
			in("15d 19:33", "מעולה, תודה!"),
			in("11d 09:10", "נהניתי מאוד, אבל חסר לי חדר עבודה. יש משהו עם 3 חדרים?"),
			out("11d 09:41", "כן, ב-Elm Court. אשלח פרטים היום."),
			tag("Cold"),
			in("10d 21:16", "תודה, זה קצת מעל התקציב. אולי בשנה הבאה 😅"),
		}},
		{beatriz, lettings, lettingsSIM1, []line{
			tag("Warm"),
			in("21d 15:12", "Boa tarde! O T1 na Pine Street aceita contrato de seis meses?"),
			out("21d 15:40", "Boa tarde, Beatriz! O mínimo são doze, mas posso perguntar ao senhorio."),
			in("21d 15:42", "Agradeço imenso 🙏"),
			out("20d 10:00", "O senhorio aceita nove meses. Serve?"),
			in("20d 10:11", "Serve perfeitamente!"),
			tag("Hot"),
			in("3d 11:19", "Já tenho o fiador e os papéis todos. Quando posso passar aí?"),
			out("3d 11:30", "Amanhã às 14h?"),
			in("3d 11:31", "Lá estarei. Levo pastéis de nata."),
			hook("3m", "VIP"),
		}},
		{stranger, lettings, lettingsSIM2, []line{
			in("26m", "Yes please, tomorrow works 👍"),
		}},
		{mira, lettings, lettingsSIM1, []line{
			in("4d 10:40", "Dobar dan, da li je stan u ulici Pine još slobodan?"),
			out("4d 11:02", "Dobar dan! Jeste. Da li vam odgovara sutra u 11?"),
			tag("Warm"),
			in("4d 11:20", "Odgovara. Može li parking u dvorištu?"),
			out("4d 11:25", "Može, jedno mesto je uključeno u cenu."),
			out("3d 11:45", "Hvala na poseti! Čujemo se do petka."),
		}},
	}
}
