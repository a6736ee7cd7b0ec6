using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>A transfer of an amount from one account to another.</summary>
/// <param name="Id">Unique in a campaign: round, writer and number, such as <c>17-0-5</c>.</param>
/// <param name="From">The paying account.</param>
/// <param name="To">The receiving account.</param>
/// <param name="Amount">The amount.</param>
/// <param name="Rewrites">
/// <see langword="true"/> to replace the payloads of both accounts; otherwise only their metadata change.
/// </param>
/// <param name="Stamps"><see langword="true"/> to run an action of the application in the transaction.</param>
internal sealed record Transfer(string Id, int From, int To, int Amount, bool Rewrites, bool Stamps)
{
    public static Transfer Parse(string text)
    {
        var words = text.Split(' ');
        return new Transfer(words[0], Number(words[1]), Number(words[2]), Number(words[3]), bool.Parse(words[4]), bool.Parse(words[5]));
    }

    /// <summary>Returns the transfer as a line for <see cref="Parse"/>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {From} {To} {Amount} {Rewrites} {Stamps}");

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
