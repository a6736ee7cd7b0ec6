using System.Globalization;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>What lies where in a store of accounts.</summary>
internal static class Bank
{
    /// <summary>So many that those which a dead process holds leave others to work on, and so few that writers meet.</summary>
    public const int Accounts = 32;

    /// <summary>The mode of a transfer's entry in the history.</summary>
    public const string Mode = "transfer";

    /// <summary>The name of the metadata of an entry that has the transfer in one line.</summary>
    public const string TransferName = "transfer";

    /// <summary>The names of the metadata of an entry that say which one it is for either account.</summary>
    public const string FromNumberName = "from-number";
    public const string ToNumberName = "to-number";

    /// <summary>The collection of what the action of a transfer leaves.</summary>
    public const string Stamps = "stamps/";

    /// <summary>The front of the keys of receipts.</summary>
    public const string Receipts = "receipts/";

    public static ImageKey KeyOf(int account) => string.Create(CultureInfo.InvariantCulture, $"accounts/{account}.png");

    public static ImageKey ReceiptOf(string transfer) => $"{Receipts}{transfer}.png";
}
