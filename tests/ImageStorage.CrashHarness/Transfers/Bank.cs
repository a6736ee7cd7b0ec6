using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>The names in a store of accounts.</summary>
internal static class Bank
{
    /// <summary>
    /// The number of accounts: enough to work on while a dead process holds some, and few enough that writers meet.
    /// </summary>
    public const int Accounts = 32;

    /// <summary>The mode of a transfer's entry in the history.</summary>
    public const string Mode = "transfer";

    /// <summary>The name of the metadata of an entry that contains the transfer.</summary>
    public const string TransferName = "transfer";

    /// <summary>
    /// The names of the metadata of an entry that contain the number of the transfer in each account.
    /// </summary>
    public const string FromNumberName = "from-number";
    public const string ToNumberName = "to-number";

    /// <summary>The collection of the documents written by the action of a transfer.</summary>
    public const string Stamps = "stamps/";

    /// <summary>The prefix of the keys of receipts.</summary>
    public const string Receipts = "receipts/";

    public static ImageKey KeyOf(int account) => string.Create(CultureInfo.InvariantCulture, $"accounts/{account}.png");

    public static ImageKey ReceiptOf(string transfer) => $"{Receipts}{transfer}.png";
}
