using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>A transfer as the history has it.</summary>
/// <param name="Transfer">The transfer.</param>
/// <param name="FromNumber">The how many-th one it is of the account that pays.</param>
/// <param name="ToNumber">The how many-th one it is of the account that gets the amount.</param>
internal sealed record RecordedTransfer(Transfer Transfer, int FromNumber, int ToNumber)
{
    public static RecordedTransfer Of(HistoryEntry entry) =>
        new(Transfer.Parse(entry.Metadata[Bank.TransferName]), Number(entry, Bank.FromNumberName), Number(entry, Bank.ToNumberName));

    public int NumberFor(int account) => Transfer.From == account ? FromNumber : ToNumber;

    private static int Number(HistoryEntry entry, string name) => int.Parse(entry.Metadata[name], CultureInfo.InvariantCulture);
}
