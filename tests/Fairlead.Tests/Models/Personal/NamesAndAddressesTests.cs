using System.Globalization;
using Fairlead.Models.Personal;

namespace Fairlead.Tests.Models.Personal;

/// <summary>How many names and street addresses are found in made sentences of eight languages, and how many of the sentences without any are told to have some.</summary>
public sealed class NamesAndAddressesTests
{
    /// <summary>People who could be: chosen by what is common where they live, not by what the dictionary has; some parts of them it does not have.</summary>
    private static readonly string[] People =
    [
        "Heike Schröder", "Torben Lindemann", "Annegret Pfister", "Jürgen Weidner", "Katja Hentschel", "Rüdiger Bachmann", "Sabrina Ehlers", "Dietmar Kühn", "Wiebke Janssen", "Marlies Overbeck",
        "Gérard Lefèvre", "Aurore Vasseur", "Thibault Mercier", "Ségolène Picard", "Loïc Le Gall", "Mireille Aubry", "Rémi Charpentier", "Sandrine Pons", "Gaëtan Barre", "Élise Garnier",
        "Begoña Iglesias", "Xavier Ferrer", "Noelia Cabrera", "Íñigo Etxeberria", "Rocío Vargas", "Gonzalo Prieto", "Maite Arregui", "Joaquín Soto", "Lidia Pastor", "Ángel Crespo",
        "Gianluca Ferrari", "Ornella Vitali", "Fabrizio Conti", "Rosaria Lo Presti", "Tommaso Greco", "Ludovica Serra", "Renzo Bassi", "Mariangela Costa", "Ivano Marchetti", "Debora Piras",
        "Jeroen van Dijk", "Marijke de Boer", "Sjoerd Hoekstra", "Floortje Bakker", "Ruben Kuipers", "Hanneke van der Meer", "Pim Vermeulen", "Willemijn Postma", "Gerben de Jong", "Tineke Brouwer",
        "Zbigniew Wróbel", "Małgorzata Dąbrowska", "Przemysław Krawczyk", "Urszula Pawlak", "Bogdan Zieliński", "Izabela Wieczorek", "Radosław Górski", "Ewelina Sikora", "Leszek Baran", "Kinga Maciejewska",
        "Gunnar Bergström", "Ulrika Lindqvist", "Fredrik Nyström", "Lisbeth Åkesson", "Stellan Ek", "Pernilla Sjöberg", "Ragnar Solheim", "Mette Sørensen", "Torill Haugen", "Rasmus Kjeldsen",
        "Jukka Mäkinen", "Päivi Hämäläinen", "Veikko Lehtonen", "Sirpa Koskinen", "Onni Saarinen", "Marjatta Laine", "Tapio Rantala", "Eija Virtanen", "Kalevi Niemi", "Helinä Jokela",
        "Fiona Ashworth", "Derek Pemberton", "Tamsin Holloway", "Lucas Oliveira", "Beatriz Carvalho", "Nikhil Deshmukh", "Ayesha Siddiqui", "Olena Shevchenko", "Emeka Okafor", "Keiko Yamaguchi",
    ];

    private static readonly string[] Addresses =
    [
        "Lindenallee 14, 20253 Hamburg", "Am Markt 3, 99084 Erfurt", "Goethestr. 27a, 80336 München", "Berliner Chaussee 112, 39114 Magdeburg",
        "14 rue des Lilas, 69003 Lyon", "7 bis avenue Jean Jaurès, 31000 Toulouse", "3 impasse du Moulin, 44000 Nantes", "22 place de la République",
        "Calle de Alcalá 45, 28014 Madrid", "C/ Mayor 12, 50001 Zaragoza", "Avda. de América 37, 28002 Madrid", "Paseo de Gracia, 92",
        "Via Garibaldi 18, 16124 Genova", "Corso Vittorio Emanuele 101, 10128 Torino", "Viale Monza 5", "Piazza San Marco 2, 30124 Venezia",
        "Keizersgracht 241, 1016 EA Amsterdam", "Oudegracht 15", "Stationsplein 9, 3511 ED Utrecht", "Maaskade 77, 3071 ND Rotterdam",
        "ul. Marszałkowska 84/92, 00-514 Warszawa", "ul. Jana Pawła II 12, 31-027 Kraków", "al. Jerozolimskie 54", "os. Słoneczne 7, 31-957 Kraków",
        "Storgatan 8, 111 51 Stockholm", "Kungsvägen 21, 182 75 Stocksund", "Bergsgränd 4", "Slottsbacken 6, 111 30 Stockholm",
        "Mannerheimintie 12, 00100 Helsinki", "Kirkkokatu 5, 90100 Oulu", "Rantapolku 3", "Koivukuja 17, 33720 Tampere",
        "48 Cathedral Road", "112 Maple Drive, Austin, TX 78701",
    ];

    private static readonly string[] Around =
    [
        "the parcel for {0} came back", "bitte rufen Sie {0} zurück", "le dossier de {0} est complet", "el pedido de {0} llegó tarde", "la pratica di {0} è chiusa", "de klacht van {0} is opgelost", "proszę o kontakt z {0} jutro", "vi har skrivit till {0} igen",
        "{0} called twice", "we spoke to {0}.", "from: {0}, urgent",
    ];

    private static readonly string[] AroundPlace = ["please deliver to {0} before noon", "neue Anschrift: {0}", "il habite {0} depuis mai", "la direzione è in {0} adesso", "she moved to {0}."];

    /// <summary>Capitals that are no person and no address.</summary>
    private static readonly string[] Nothing =
    [
        "The Black Forest Cake was sold out on Monday", "Unsere Große Aktion endet am Freitag", "Die Neue Version 3 läuft im Browser", "our Premium Plan costs 12 Euro", "the Quarterly Report of April is late", "Der Preis stieg im Jahr 2020 um 5 Prozent",
        "La Oficina Central abre a las 9", "Le Grand Prix commence à 14 heures", "Il Nuovo Modello arriva in Aprile", "De Nieuwe Website is klaar", "Nowa Oferta jest ważna do 31 maja", "Den Nya Appen kom i mars", "Uusi Versio 7 on valmis",
        "New York and Los Angeles are far apart", "Please Read The Manual", "Windows Update failed with Error 5", "GitHub Actions and Azure Pipelines", "Room 12 Floor 3", "we need 5 Large Boxes and 10 Small Bags", "Am Montag 3 Pakete geliefert", "Im Lager 12 fehlen Teile",
        "ordered 3 Deep Dish Pizzas", "Chapter 4 Section 2", "Invoice Number 8812 Date 12 May", "via Email 3 times", "call via Skype 2 or 3 times", "Real Madrid won 3 to 1", "the Golden Gate Bridge", "Grand Central Station", "Super Mario Kart 8",
        "Red Hat Enterprise Linux 9", "Java Virtual Machine", "the Olympic Games in Paris", "Standard Delivery 2 days", "Terminal 5 Gate B12", "Intel Core 7 and Nvidia 40", "Black Friday Deals", "Mont Blanc 4 times", "Place your order 5 days before", "Way 2 go", "the Lion King 2",
    ];

    [Fact]
    public void Names_in_sentences_are_found()
    {
        List<string> missed = [.. People.SelectMany((name, i) => Around.Select((around, j) => (Name: name, Text: string.Format(CultureInfo.InvariantCulture, around, name))).Where(one => !Has(one.Text, PersonalEntity.Person, one.Name))).Select(one => one.Text)];
        var recall = 1 - (missed.Count / (double)(People.Length * Around.Length));
        TestContext.Current.SendDiagnosticMessage($"{recall:P1} of names; not: {string.Join(" | ", missed.Take(200))}");
        Assert.InRange(recall, 0.58, 1); // 0.22 with the dictionary of half the length
    }

    [Fact]
    public void Street_addresses_are_found_whole()
    {
        List<string> missed = [.. Addresses.SelectMany(address => AroundPlace.Select(around => (Address: address, Text: string.Format(CultureInfo.InvariantCulture, around, address))).Where(one => !Has(one.Text, PersonalEntity.Location, one.Address))).Select(one => one.Text)];
        var recall = 1 - (missed.Count / (double)(Addresses.Length * AroundPlace.Length));
        TestContext.Current.SendDiagnosticMessage($"{recall:P1} of addresses; not: {string.Join(" | ", missed)}");
        Assert.InRange(recall, 0.95, 1);
    }

    [Fact]
    public void Sentences_without_any_are_left()
    {
        List<string> told = [.. Nothing.Where(text => Told(text).Count > 0)];
        TestContext.Current.SendDiagnosticMessage($"{told.Count} of {Nothing.Length}: {string.Join(" | ", told.Select(text => text + " → " + string.Join(", ", Told(text))))}");
        Assert.InRange(told.Count, 0, 2);
    }

    private static bool Has(string text, PersonalEntity entity, string expected) => PersonalScanner.OfThread.Scan(text).ToArray().Any(span => span.Entity == entity && text[span.Start..span.End] == expected);

    private static List<string> Told(string text) => [.. PersonalScanner.OfThread.Scan(text).ToArray().Where(span => span.Entity is PersonalEntity.Person or PersonalEntity.Location).Select(span => text[span.Start..span.End])];
}
