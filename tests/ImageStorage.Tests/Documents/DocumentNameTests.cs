using CsCheck;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Documents;

public class DocumentNameTests
{
    [TestCase("", "1 to 128")]
    [TestCase("collection", "needs a collection")]
    [TestCase("/a", "empty")]
    [TestCase("c/", "empty")]
    [TestCase("c//a", "empty")]
    [TestCase("c/.", "only a-z")]
    [TestCase("c/..", "only a-z")]
    [TestCase("c/.a", "only a-z")]
    [TestCase("c/a.", "end with '.'")]
    [TestCase("c./a", "end with '.'")]
    [TestCase("C/a", "only a-z")]
    [TestCase("c/A", "only a-z")]
    [TestCase("c/a b", "only a-z")]
    [TestCase("c/ä", "only a-z")]
    [TestCase("c\\a", "only a-z")]
    [TestCase("c/a\0", "only a-z")]
    public void Name_that_breaks_a_rule_is_refused_with_the_rule(string text, string rule) =>
        Assert.That(() => new DocumentName(text), Throws.TypeOf<ImageValidationException>().With.Message.Contains(rule));

    [TestCase("c/a", "c")]
    [TestCase("history/2026/01-a_b.json", "history")]
    [TestCase("a.b/x..y", "a.b")]
    public void Name_that_keeps_the_rules_is_taken(string text, string collection)
    {
        DocumentName name = text;

        Assert.That((name.Value, name.Collection, name.ToString()), Is.EqualTo((text, collection, text)));
        Assert.That(DocumentName.FromString(text), Is.EqualTo(name));
    }

    [TestCase(128, true)]
    [TestCase(129, false)]
    public void Name_has_at_most_128_characters(int length, bool valid) =>
        Assert.That(() => new DocumentName("c/" + new string('a', length - 2)), valid ? Throws.Nothing : Throws.TypeOf<ImageValidationException>());

    [Test]
    public void Default_name_names_nothing() => Assert.That(() => default(DocumentName).Value, Throws.TypeOf<ImageValidationException>());

    [Test]
    public void Order_is_ordinal() => Gen.Select(Gen.String["ab-_./09"], Gen.String["ab-_./09"]).Sample((x, y) =>
    {
        DocumentName first, second;
        try
        {
            (first, second) = ($"c/{x}", $"c/{y}");
        }
        catch (ImageValidationException)
        {
            return true;
        }

        return Math.Sign(DocumentName.OrdinalComparer.Compare(first, second)) == Math.Sign(string.CompareOrdinal(x, y));
    });

    [TestCase("c/", true)]
    [TestCase("c/a", true)]
    [TestCase("c/a.", true)]
    [TestCase("c/a/", true)]
    [TestCase("c", false)]
    [TestCase("", false)]
    [TestCase("c//", false)]
    [TestCase("C/", false)]
    [TestCase("../", false)]
    public void Prefix_is_the_front_of_some_name(string prefix, bool valid) =>
        Assert.That(() => DocumentName.ValidatePrefix(prefix), valid ? Throws.Nothing : Throws.TypeOf<ImageValidationException>().With.Message.Contains("prefix"));

    // "Any beginning of a name" has the whole of a longest name, too.
    [Test]
    public void Longest_name_is_its_own_prefix() => Assert.That(() => DocumentName.ValidatePrefix("c/" + new string('a', 126)), Throws.Nothing);

    [TestCase(0)]
    [TestCase(1001)]
    public void Listing_with_a_limit_out_of_range_is_refused(int limit) =>
        Assert.That(() => DocumentRules.CheckListing("c/", limit), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Listing_with_a_prefix_that_is_none_is_refused() => Assert.That(() => DocumentRules.CheckListing("c", 10), Throws.TypeOf<ImageValidationException>());
}
