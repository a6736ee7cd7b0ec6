using System.Globalization;
using System.Text;
using ImageStorage.Unicode;

namespace ImageStorage.Tests.Validation;

/// <summary>The rule agrees with the normalization of the runtime, where the runtime has one.</summary>
public class NormalizationFormCTests
{
    private static readonly Rune[] All =
    [
        .. Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value)).Where(rune => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse)),
    ];

    [TestCase("cats/café.jpg", true)]
    [TestCase("cats/cafe\u0301.jpg", false)]
    [TestCase("e\u0327\u0301", false)]
    [TestCase("q\u0323\u0307", true)]
    [TestCase("q\u0307\u0323", false)]
    [TestCase("\u212B", false)]
    [TestCase("\u00E9\u0323", false)]
    [TestCase("\u1112\u1161\u11AB", false)]
    [TestCase("\uD55C", true)]
    [TestCase("\uD55C\u11AB", true)]
    [TestCase("\uD558\u11AB", false)]
    [TestCase("\u0958", false)]
    [TestCase("\uD834\uDD5E", false)]
    [TestCase("\uFA0E", true)]
    [TestCase("\uF900", false)]
    [TestCase("\u0915\u093C", true)]
    [TestCase("\u09C7\u09BE", false)]
    [TestCase("日本語/猫.jpg", true)]
    [TestCase("", true)]
    public void IsNormalized_is_by_the_annex_in_every_mode(string text, bool expected) => Assert.That(NormalizationFormC.IsNormalized(text), Is.EqualTo(expected));

    [Test]
    public void IsNormalized_of_every_character_agrees_with_the_runtime()
    {
        RequireNormalization();
        var wrong = All.Where(rune => IsKnown(rune) && NormalizationFormC.IsNormalized(rune.ToString()) != rune.ToString().IsNormalized(NormalizationForm.FormC));

        Assert.That(wrong.Select(rune => $"U+{rune.Value:X4}"), Is.Empty);
    }

    [Test]
    public void IsNormalized_of_every_composite_after_the_runtime_has_decomposed_it_and_of_every_order_of_marks_agrees_with_the_runtime()
    {
        RequireNormalization();
        foreach (var rune in All.Where(IsKnown))
        {
            var decomposed = rune.ToString().Normalize(NormalizationForm.FormD);
            foreach (var text in new[] { decomposed, decomposed + "\u0301", decomposed + "\u0323\u0301", rune + "\u0323", rune + "\u0301\u0323", "a" + rune, "\u1100" + rune, "\u0B47" + rune })
            {
                // Not a constraint with a message for each of a million texts.
                if (NormalizationFormC.IsNormalized(text) != text.IsNormalized(NormalizationForm.FormC))
                {
                    Assert.Fail(string.Join(' ', text.EnumerateRunes().Select(part => $"U+{part.Value:X4}")));
                }
            }
        }
    }

    [Test]
    public void IsNormalized_of_random_texts_of_interesting_characters_agrees_with_the_runtime()
    {
        RequireNormalization();
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Rune[] interesting = [.. All.Where(rune => IsKnown(rune) && (!rune.ToString().IsNormalized(NormalizationForm.FormD) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)), new('a'), new('e'), new('/')];
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 1 + random.Next(6)).Select(_ => interesting[random.Next(interesting.Length)].ToString()));
            text = random.Next(3) == 0 ? text.Normalize(NormalizationForm.FormC) : text;
            if (NormalizationFormC.IsNormalized(text) != text.IsNormalized(NormalizationForm.FormC))
            {
                Assert.Fail($"seed {seed}: {string.Join(' ', text.EnumerateRunes().Select(part => $"U+{part.Value:X4}"))}");
            }
        }
    }

    private static void RequireNormalization()
    {
        if ("e\u0301".IsNormalized(NormalizationForm.FormC))
        {
            Assert.Ignore("The runtime has no normalization in the globalization-invariant mode.");
        }
    }

    // .NET knows newer characters than an old ICU, for which these characters are unassigned.
    private static bool IsKnown(Rune rune) => rune.Value is not ((>= 0x105C0 and <= 0x105FF) or (>= 0x11380 and <= 0x113FF) or (>= 0x16100 and <= 0x1613F) or (>= 0x16D40 and <= 0x16D7F) or (>= 0x10D40 and <= 0x10D8F) or (>= 0x10EC0 and <= 0x10EFF) or (>= 0x1E5D0 and <= 0x1E5FF) or 0x0897);
}
