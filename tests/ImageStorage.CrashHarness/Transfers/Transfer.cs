using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>An amount on its way from one account to another.</summary>
/// <param name="Id">Unique in a campaign: round, writer and number, such as <c>17-0-5</c>.</param>
/// <param name="From">The account that pays.</param>
/// <param name="To">The account that gets it.</param>
/// <param name="Amount">The amount.</param>
/// <param name="Rewrites">Do both accounts get other bytes, too? Else only their metadata change.</param>
/// <param name="Stamps">Does an action of the application belong to it?</param>
internal sealed record Transfer(string Id, int From, int To, int Amount, bool Rewrites, bool Stamps)
{
    public static Transfer Parse(string text)
    {
        var words = text.Split(' ');
        return new Transfer(words[0], Number(words[1]), Number(words[2]), Number(words[3]), bool.Parse(words[4]), bool.Parse(words[5]));
    }

    /// <summary>The transfer in one line, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {From} {To} {Amount} {Rewrites} {Stamps}");

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
