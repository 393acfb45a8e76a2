using CsCheck;
using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Models.Personal;

public sealed class PersonalScannerTests
{
    /// <summary>What is found, as "ENTITY text", in order.</summary>
    private static string[] Found(string text, string column = "") =>
        [.. PersonalScanner.OfThread.Scan(text, column).ToArray().Select(span => $"{PersonalEntities.Name(span.Entity)} {text[span.Start..span.End]}")];

    [Theory] // numbers that the issuers publish as examples
    [InlineData("card 4111 1111 1111 1111, not 4111 1111 1111 1112", "CREDIT_CARD 4111 1111 1111 1111")]
    [InlineData("paid with 371449635398431.", "CREDIT_CARD 371449635398431")]
    [InlineData("IBAN GB82 WEST 1234 5698 7654 32 and DE89370400440532013000", "IBAN_CODE GB82 WEST 1234 5698 7654 32", "IBAN_CODE DE89370400440532013000")]
    [InlineData("mailto:ann.o'neil+x@mail.example.co.uk; <bob@example.com>.", "EMAIL_ADDRESS ann.o'neil+x@mail.example.co.uk", "EMAIL_ADDRESS bob@example.com")]
    [InlineData("see https://example.com/a?b=c, (www.example.org/x_(y)) or example.com.", "URL https://example.com/a?b=c", "URL www.example.org/x_(y)", "URL example.com")]
    [InlineData("(192.168.0.1) [2001:db8::1]:8080 ::ffff:192.0.2.1 10.0.0.0/8", "IP_ADDRESS 192.168.0.1", "IP_ADDRESS 2001:db8::1", "IP_ADDRESS ::ffff:192.0.2.1", "IP_ADDRESS 10.0.0.0/8")]
    [InlineData("aa:bb:cc:dd:ee:ff and 00-1B-63-84-45-E6", "MAC_ADDRESS aa:bb:cc:dd:ee:ff", "MAC_ADDRESS 00-1B-63-84-45-E6")]
    [InlineData("+44 (0)20 7946 0958 or 00 49 30 1234567 or (415) 555-0132 ext. 12", "PHONE_NUMBER +44 (0)20 7946 0958", "PHONE_NUMBER 00 49 30 1234567", "PHONE_NUMBER (415) 555-0132 ext. 12")]
    [InlineData("my phone number is 4258829090", "PHONE_NUMBER 4258829090")]
    [InlineData("call 555-0132, (+44 7911 116062) or try one of these phones 052 5552606 074-7111234", "PHONE_NUMBER 555-0132", "PHONE_NUMBER +44 7911 116062", "PHONE_NUMBER 052 5552606", "PHONE_NUMBER 074-7111234")]
    [InlineData("my number is 4258829090, ZIP 90210-1234", "PHONE_NUMBER 4258829090")]
    [InlineData("we asked Zelda Smith and Sophie O'Brien", "PERSON Zelda Smith", "PERSON Sophie O'Brien")]
    [InlineData("born on 12/05/1987, seen on 12/05/2021", "DATE_TIME 12/05/1987")]
    [InlineData("date of birth: May 12, 1987", "DATE_TIME May 12, 1987")]
    [InlineData("ssn 536-90-4399 itin 911-70-1234", "US_SSN 536-90-4399", "US_ITIN 911-70-1234")]
    [InlineData("passport number 912803456, driver license H12234567, bank account 912803457", "US_PASSPORT 912803456", "US_DRIVER_LICENSE H12234567", "US_BANK_NUMBER 912803457")]
    [InlineData("NPI 1234567893", "US_NPI 1234567893")]
    [InlineData("NHS number 943 476 5919, NINO AB 12 34 56 C", "UK_NHS 943 476 5919", "UK_NINO AB 12 34 56 C")]
    [InlineData("DNI 12345678-Z, NIE X1234567L", "ES_NIF 12345678-Z", "ES_NIE X1234567L")]
    [InlineData("RSSMRA85M01H501Q, P.IVA 12345678903", "IT_FISCAL_CODE RSSMRA85M01H501Q", "IT_VAT_CODE 12345678903")]
    [InlineData("44051401359 and IdNr 86095742719", "PL_PESEL 44051401359", "DE_TAX_ID 86095742719")]
    [InlineData("131052-308T, 811218-9876", "FI_PERSONAL_IDENTITY_CODE 131052-308T", "SE_PERSONNUMMER 811218-9876")]
    [InlineData("ABN 51 824 753 556, ACN 004 085 616, TFN 876 543 210, Medicare 2123 45670 1", "AU_ABN 51 824 753 556", "AU_ACN 004 085 616", "AU_TFN 876 543 210", "AU_MEDICARE 2123 45670 1")]
    [InlineData("S1234567D 900101-1234568", "SG_NRIC_FIN S1234567D", "KR_RRN 900101-1234568")]
    [InlineData("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "CRYPTO 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "CRYPTO 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("Aadhaar 9999 4105 7058, PAN AAAPL1234C", "IN_AADHAAR 9999 4105 7058", "IN_PAN AAAPL1234C")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "CRYPTO bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "CRYPTO bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")]
    [InlineData("live at 221B Baker Street, ship to 12 High Ave, Springfield, IL 62704", "LOCATION 221B Baker Street", "LOCATION 12 High Ave, Springfield, IL 62704")]
    [InlineData("Hauptstraße 5, 10115 Berlin oder 10 rue de la Paix", "LOCATION Hauptstraße 5, 10115 Berlin", "LOCATION 10 rue de la Paix")]
    [InlineData("Dr. Jane A. Roe met Jean-Pierre Dubois; my name is Xyron Abcde.", "PERSON Jane A. Roe", "PERSON Jean-Pierre Dubois", "PERSON Xyron Abcde")]
    public void Finds_what_it_should(string text, params string[] expected) => Assert.Equal(expected, Found(text));

    [Theory]
    [InlineData("version 1.2.3.4 at 12:30:45, build 4.0.30319.42000, 1.2.3.4")]
    [InlineData("on 01.02.2024, 12 boxes of 1500 for 0.99, 1,234,567.00 and 12 345 678 EUR")]
    [InlineData("order 4258829090, order 123-456-7890, tracking 9400110200881234567890, ISBN 978-3-16-148410-0")]
    [InlineData("my credit card is 4012-8888-8888-1882 or 36168002586008")]
    [InlineData("078-05-0000 078 00 1123 693-09.4444 666-12-3456 123-45-6789")]
    [InlineData("GB82 WEST 1234 5698 7654 33, 550e8400-e29b-41d4-a716-446655440000, d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("std::cout MyClass::toString ::: 1:2:3:4 12345:db8::1 2001::db8::1 256.1.1.1 text192.168.1.1")]
    [InlineData("e.g. this, i.e. that; Node.js, ASP.NET, thanks.it was great.then, file.txt, user@localhost, a@b, @handle")]
    [InlineData("912803456 and 1234567893 and 123456789012 and H12234567")]
    [InlineData("Will May come? The West Side Story, Victoria Station, Monday Morning. Please Call Back.")]
    [InlineData("2024-01-15T10:30:00Z 15/01/2024 12:30 48.8566969 2.3514616 3.1415926535")]
    [InlineData("ABN 52 062 256 152, Steuer-ID 58 093 276 489, partita IVA 38100424622: each with a wrong check digit")]
    [InlineData("the call 16707566 failed on line 123456 of 4.6.26310.01; half price, HALF PRICE")]
    [InlineData("my credit card is 5252 2970 2046 8726")]
    [InlineData("plain words @ home, 5 Apples, 10 Great Things")]
    public void Leaves_what_it_should(string text) => Assert.Empty(Found(text));

    [Fact]
    public void The_column_says_what_bare_numbers_are()
    {
        Assert.Empty(Found("536904399"));
        Assert.Equal(["US_SSN 536904399"], Found("536904399", "ssn"));
        Assert.Equal(["DATE_TIME 1987-05-12"], Found("1987-05-12", "date of birth"));
    }

    [Fact]
    public void Offsets_count_utf16_units() => Assert.Equal("bob@example.com", "😀é bob@example.com"[PersonalScanner.OfThread.Scan("😀é bob@example.com")[0].Start..]);

    private static Gen<string> Words(params string[] words) => Gen.OneOf(words);

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.OneOf(Gen.Char["0123456789-+.@:/() ,"], Gen.Char["abcdefxyzABC \t[]'\u00e9\ud83d"]), 0, 60],
        Gen.Select(Words("ssn ", "call ", "", "born ", "card:", "Dr. ", "[phone] ", "x"), Words(
            "536-90-4399", "4111111111111111", "+442079460958", "a.b@c.de", "Jane Roe", "10.1.22.3", "12/05/1987", "https://a.de/b", "GB82WEST12345698765432", "12 High Street"), Words(" ", ",", ".", "-", "x", " 7 ", "@"),
            Words("536-90-4399", "4111 1111 1111 1111", "020 7946 0958", "c@d.org", "::1", "Anna Weber"), (a, b, c, d) => a + b + c + d));

    [Fact]
    public void Spans_lie_inside_do_not_overlap_and_are_sure_enough() => Text.Sample(text =>
    {
        var end = 0;
        foreach (var span in PersonalScanner.OfThread.Scan(text))
        {
            Assert.True(span.Start >= end && span.End > span.Start && span.End <= text.Length && span.Score is >= PersonalScanner.ActedOn and <= 1, text);
            end = span.End;
        }
    }, seed: "0000KkTQwkW4", iter: 20_000);

    [Fact]
    public void Masking_twice_is_masking_once_and_leaves_nothing_to_find() => Text.Sample(text =>
    {
        var masked = PersonalText.Mask(text);
        Assert.Equal(masked, PersonalText.Mask(masked));
        Assert.Empty(PersonalScanner.OfThread.Scan(masked).ToArray());
    }, seed: "0000KkTQwkW4", iter: 20_000);
}
