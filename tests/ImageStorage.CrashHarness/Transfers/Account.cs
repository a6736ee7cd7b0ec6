using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>The state of an account, stored in the metadata of its image.</summary>
/// <param name="Balance">The balance.</param>
/// <param name="Number">The number of transfers of the account.</param>
/// <param name="Last">The last transfer of the account.</param>
/// <param name="Content">The transfer that wrote the payload.</param>
/// <param name="Receipt">The last transfer paid from the account, whose receipt exists; or none.</param>
internal sealed record Account(long Balance, int Number, string Last, string Content, string Receipt)
{
    public const string None = "-";
    private const long OpeningBalance = 1000;

    public static Account Opening { get; } = new(OpeningBalance, 0, None, None, None);

    public static Account Of(ImageInfo info) => new(
        long.Parse(info.Metadata["balance"], CultureInfo.InvariantCulture),
        int.Parse(info.Metadata["number"], CultureInfo.InvariantCulture),
        info.Metadata["last"],
        info.Metadata["content"],
        info.Metadata["receipt"]);

    public Dictionary<string, string> ToMetadata() => new(StringComparer.Ordinal)
    {
        ["balance"] = Balance.ToString(CultureInfo.InvariantCulture),
        ["number"] = Number.ToString(CultureInfo.InvariantCulture),
        ["last"] = Last,
        ["content"] = Content,
        ["receipt"] = Receipt,
    };

    /// <summary>Returns the paying account after the transfer.</summary>
    public Account Paying(Transfer transfer) => Touched(transfer) with { Balance = Balance - transfer.Amount, Receipt = transfer.Id };

    /// <summary>Returns the receiving account after the transfer.</summary>
    public Account Getting(Transfer transfer) => Touched(transfer) with { Balance = Balance + transfer.Amount };

    private Account Touched(Transfer transfer) => this with { Number = Number + 1, Last = transfer.Id, Content = transfer.Rewrites ? transfer.Id : Content };
}
