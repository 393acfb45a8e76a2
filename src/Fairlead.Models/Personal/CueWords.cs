namespace Fairlead.Models.Personal;

/// <summary>The words that label values near them, in the languages of the numbers they label. "a b" counts for b where a stands before it.</summary>
internal static class CueWords
{
    private static readonly (Cue Cue, string Words)[] Labels =
    [
        (Cue.Card, "card,cards,visa,mastercard,amex,maestro,cc,ccn,credit,debit,kreditkarte,kreditkort,carte,tarjeta,kreditkartennummer,cardnumber,creditcard"),
        (Cue.Bank, "bank,account,accounts,acct,routing,aba,savings,checking,banking,deposit,accountnumber"),
        (Cue.Iban, "iban,bic,swift,konto,kontonummer,bankverbindung"),
        (Cue.Phone, "phone,phones,telephone,tel,telno,mobile,mob,cell,cellphone,fax,whatsapp,dial,hotline,helpline,landline,ph,handy,telefon,telefonnummer,téléphone,telefono,teléfono,telefone,telefoon,celular,cellulare,móvil,movil,puhelin,mobil,mobilnummer,rufnummer,voicemail,pager,viber,phonenumber"),
        (Cue.Phone | Cue.Calls, "call,called,calls,sms,ring,line,contact,reach,portable,txt,text,signal,my number,your number,his number,her number,our number,their number,new number,home number,work number,office number,emergency number"),
        (Cue.Ssn, "ssn,ssns,social security,socialsecurity"),
        (Cue.Itin, "itin,taxpayer,individual taxpayer,us tin"),
        (Cue.Passport, "passport,passports,passeport,pasaporte,passaporto,reisepass,paspoort,passportnumber,travel document"),
        (Cue.License, "license,licence,licenses,driver,drivers,driving,dl,dlno,permis,führerschein,licencia,patente"),
        (Cue.Npi, "npi,provider"),
        (Cue.Nhs, "nhs,health service,patient"),
        (Cue.Nino, "nino,national insurance,ni"),
        (Cue.SpanishId, "nif,dni,nie,documento nacional"),
        (Cue.Fiscal, "fiscale,cf,codicefiscale,fiscal code"),
        (Cue.ItalianVat, "iva,piva,vat,partitaiva"),
        (Cue.Pesel, "pesel"),
        (Cue.GermanTax, "steuer,idnr,steuernummer,steueridentifikationsnummer,steuerid,tin,identifikationsnummer,german tax,tax identification,tax id"),
        (Cue.Finnish, "hetu,henkilötunnus,personbeteckning,sosiaaliturvatunnus"),
        (Cue.Swedish, "personnummer,samordningsnummer,personnr"),
        (Cue.Abn, "abn,business number"),
        (Cue.Acn, "acn,company number"),
        (Cue.Tfn, "tfn,tax file"),
        (Cue.Medicare, "medicare"),
        (Cue.Pan, "pan,permanent account"),
        (Cue.Aadhaar, "aadhaar,aadhar,adhar,uidai,uid"),
        (Cue.Nric, "nric,fin"),
        (Cue.Rrn, "rrn,resident registration,jumin,주민등록번호,주민번호"),
        (Cue.Birth, "born,birth,dob,birthday,birthdate,dateofbirth,geboren,geburtsdatum,geburtstag,geb,né,née,naissance,nacimiento,nacido,nacida,nascita,nato,nata,nascimento,geboortedatum,fødselsdato,födelsedatum,syntymäaika,urodzenia,o b"),
        (Cue.Crypto, "bitcoin,btc,wallet,ethereum,eth,crypto,coin,blockchain"),
        (Cue.Machine, "ip,ipv4,ipv6,dns,host,hosts,hostname,server,servers,gateway,subnet,router,ping,address,addresses,addr,localhost,client,connect,connecting,login,logged,proxy,firewall,network"),
        (Cue.Thing, "zip,zipcode,postcode,postal,plz,order,orders,invoice,invoices,ticket,tickets,tracking,ref,reference,serial,sku,isbn,issn,ean,upc,barcode,part,model,item,items,product,quantity,qty,amount,total,price,case,batch,lot,po,transaction,txn,booking,reservation,confirmation,flight,room,page,vin,meter,error,code,quote,quoting,article,asset,job,build,commit,issue,bug,shipment,parcel,package,device,imei,coordinates,latitude,longitude,population,rechnung,bestellung,bestellnummer,auftrag,commande,facture,pedido,factura,ordine,fattura,ordernumber"),
        (Cue.Release, "version,versions,ver,release,releases,firmware,upgrade,upgraded,update,updated,sdk,assembly,nuget,runtime,framework,driver version,software,patch,section,chapter,clause"),
        (Cue.NameNext, "name,named,names,dear,hi,hello,thanks,regards,sincerely,signed,surname,firstname,lastname,cheers,attn,attention,yours"),
        (Cue.Title, "mr,mrs,ms,miss,mister,dr,doctor,prof,professor,sir,madam,herr,frau,monsieur,madame,mme,mlle,señor,señora,sr,sra,signor,signora,dott,ing"),
        (Cue.StreetEnd, "street,st,avenue,ave,road,rd,lane,ln,drive,dr,boulevard,blvd,court,ct,way,place,pl,terrace,square,sq,highway,hwy,parkway,pkwy,crescent,close,grove,gardens,circle,cir,trail,walk,mews,row,quay,alley,plaza,pike,loop,ridge"),
        (Cue.StreetStart, "rue,avenue,boulevard,chemin,allée,impasse,place,cours,via,viale,piazza,corso,vicolo,largo,calle,avenida,avda,plaza,paseo,carrera,rua,travessa,praça,ulica,ul,aleja,aleje,al,osiedle,os,plac,pl,quai"),
        (Cue.Month, "january,february,march,april,may,june,july,august,september,october,november,december,jan,feb,mar,apr,jun,jul,aug,sep,sept,oct,nov,dec,januar,februar,märz,mai,juni,juli,oktober,dezember"),
        (Cue.NoName, "the,a,an,and,or,but,if,in,on,at,to,of,for,from,by,with,is,are,was,were,be,been,this,that,these,those,it,its,he,she,we,you,they,i,my,your,his,her,our,their,not,no,yes,please,thanks,thank,hello,hi,dear,call,order,when,where,what,who,how,why,there,here,then,as,so,do,did,does,has,have,had,can,could,would,should,shall,new,old,north,south,east,west,monday,tuesday,wednesday,thursday,friday,saturday,sunday,january,february,march,july,august,september,october,november,december,today,tomorrow,yesterday,street,road,avenue,lane,company,inc,ltd,llc,gmbh,corp,university,bank,hospital,school,group,team,department,customer,customers,user,users,account,email,phone,number,date,id,red,blue,green,white,black,good,great,best,big,happy,christmas,day,week,month,year,city,county,state,national,international,american,english,british,french,german,spanish,italian,service,services,office,manager,support,all,any,also,just,only,after,before,about,over,under,up,down,out,off,more,most,some,such,very,now,will,may,river,beach,station,park,lake,island,airport,hotel,restaurant,church,college,stadium,market,bridge,center,centre,museum,tower,palace,hall,house,football,cup,league,windows,linux,see,get,let,go,come,take,make,free,sorry,ok,okay,regards,sincerely,mr,mrs,ms,miss,dr,prof,sir"),
    ];

    private static readonly Dictionary<string, Entry[]> Words = Build();

    /// <summary>Longest word known, in UTF-16 units.</summary>
    private const int LengthMax = 24;

    /// <param name="Before">The word that must stand before it, or null.</param>
    private readonly record struct Entry(Cue Cue, string? Before);

    /// <summary>What a word says.</summary>
    /// <param name="before">The word before it, or empty.</param>
    public static Cue Of(ReadOnlySpan<char> word, ReadOnlySpan<char> before)
    {
        if (word.Length > LengthMax || !Words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var entries))
        {
            return Cue.None;
        }

        var cue = Cue.None;
        foreach (var entry in entries)
        {
            if (entry.Before is null || before.Equals(entry.Before, StringComparison.OrdinalIgnoreCase))
            {
                cue |= entry.Cue;
            }
        }

        return cue;
    }

    private static Dictionary<string, Entry[]> Build()
    {
        var words = new Dictionary<string, List<Entry>>(4_096, StringComparer.OrdinalIgnoreCase);
        foreach (var (cue, list) in Labels)
        {
            Add(list, ',', cue);
        }

        Add(NameWords.Given, ' ', Cue.Given);
        Add(NameWords.Everyday, ' ', Cue.Given | Cue.Everyday);
        Add(NameWords.Surnames, ' ', Cue.Surname);
        return words.ToDictionary(word => word.Key, word => Merged(word.Value), StringComparer.OrdinalIgnoreCase);

        void Add(string list, char separator, Cue cue)
        {
            foreach (var range in list.AsSpan().Split(separator))
            {
                var term = list[range].Trim();
                var space = term.IndexOf(' ', StringComparison.Ordinal);
                var (word, before) = space < 0 ? (term, null) : (term[(space + 1)..], term[..space]);
                if (word.Length > 0)
                {
                    (words.TryGetValue(word, out var known) ? known : words[word] = []).Add(new Entry(cue, before));
                }
            }
        }
    }

    private static Entry[] Merged(List<Entry> entries)
    {
        var always = entries.Where(entry => entry.Before is null).Aggregate(Cue.None, (cue, entry) => cue | entry.Cue);
        var phrases = entries.Where(entry => entry.Before is not null);
        return always == Cue.None ? [.. phrases] : [new Entry(always, null), .. phrases];
    }
}
