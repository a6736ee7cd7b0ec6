using System.Text.RegularExpressions;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Output;

/// <summary>
/// Replaces the advice of library messages, which name the API and its settings, by advice for users of the tool. The
/// only class that knows both.
/// </summary>
internal static partial class Advice
{
    private static readonly (string Api, string Tool)[] Replacements =
    [
        ("(Validation.MaxPixels)", "(raise the limit with --max-pixels)"),
        ("(Validation.MaxLength)", "(raise the limit with --max-length)"),
        ("(LiteDb.MaxLength)", "(raise the limit with --max-length)"),
        ("(Validation.MaxHeaderLength)", "(raise the limit with --max-header-length)"),
        ("Validation.MaxPixels", "--max-pixels"),
        ("Validation.MaxLength", "--max-length"),
        ("Validation.MaxHeaderLength", "--max-header-length"),
        (" (Validation.AllowedContentTypes)", string.Empty),
        (" (a source is read from its current position: rewind a stream that was read before)", string.Empty),
        ("Check the path, or set CreateIfMissing", "Check the path"),
        ("Otherwise check Path, or set CreateIfMissing to true to create a store", "Otherwise check the path"),
        ("et Path to", "et the path of the store URI to"),
        ("Create it, correct its name, or set AzureBlob.CreateContainerIfMissing", "Create it, or correct its name"),
        ("AzureBlob.Container is", "The container of the store URI is"),
        ("AzureBlob.Prefix is", "The prefix of the store URI is"),
        ("AzureBlob.ConnectionString", AzureScheme.ConnectionVariable),
        ("AzureBlob.ServiceUri", AzureScheme.ServiceVariable),
        ("LiteDb.Path", "The path of the store URI"),
        ("FileSystem.Path", "The path of the store URI"),
        (" Try again later, or raise TransactionOptions.ContentionTimeout.", " Try again later."),
        ("or call CopyAsync, which replaces a damaged image, and delete the original", "or use 'imagestorage cp', which replaces a damaged image, and 'imagestorage rm' for the original"),
        ("see IImageTransactions.ListAsync for the reason", "'imagestorage tx ls' shows the reason"),
        ("or call IStorageFailover.ReconcileAsync", "or run 'imagestorage reconcile'"),
    ];

    /// <summary>Returns the message with the advice for users of the tool.</summary>
    public static string ForTool(string message)
    {
        foreach (var (api, tool) in Replacements)
        {
            message = message.Replace(api, tool, StringComparison.Ordinal);
        }

        message = OtherFallbacks().Replace(message, "Name the fallbacks that the application uses, in its order, each with --fallback.");
        return UnknownSetting().Replace(message, string.Empty);
    }

    // This advice says how an application changes its fallbacks; a user of the tool names the existing fallbacks.
    [GeneratedRegex(@"Use the fallbacks that the other processes use\. To change the chain, .* set to '[^']*'\.", RegexOptions.CultureInvariant)]
    private static partial Regex OtherFallbacks();

    // A setting in parentheses without an option of the tool: the sentence before is sufficient.
    [GeneratedRegex(@" \((?:[A-Z][A-Za-z]*Options|Validation|AzureBlob|LiteDb|FileSystem|Hybrid|Failover|Mirror|Resilience|Cache)(?:\.[A-Z][A-Za-z]*)?\)", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownSetting();
}
