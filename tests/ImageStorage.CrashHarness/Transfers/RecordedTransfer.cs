using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>A transfer as recorded in the history.</summary>
/// <param name="Transfer">The transfer.</param>
/// <param name="FromNumber">The number of the transfer in the paying account.</param>
/// <param name="ToNumber">The number of the transfer in the receiving account.</param>
internal sealed record RecordedTransfer(Transfer Transfer, int FromNumber, int ToNumber)
{
    public static RecordedTransfer Of(HistoryEntry entry) =>
        new(Transfer.Parse(entry.Metadata[Bank.TransferName]), Number(entry, Bank.FromNumberName), Number(entry, Bank.ToNumberName));

    public int NumberFor(int account) => Transfer.From == account ? FromNumber : ToNumber;

    private static int Number(HistoryEntry entry, string name) => int.Parse(entry.Metadata[name], CultureInfo.InvariantCulture);
}
