using System.Globalization;
using ImageStorage.Coordination;
using Polly.CircuitBreaker;

namespace ImageStorage.Failover;

/// <summary>Creates the failures that only a store with fallbacks has.</summary>
internal static class FailoverErrors
{
    private const string Sharing = "All processes that share a primary must share its fallbacks, in one order: otherwise a write of one process during an outage is invisible to the others, and is lost when they reconcile.";

    private const string ReplaceChainSetting = "FailoverOptions.ReplaceChain (the setting ReplaceChain in the section Failover of the store)";

    /// <summary>
    /// The primary is unavailable, and no fallback holds the image, so whether the image exists is unknown.
    /// </summary>
    public static StorageUnavailableException NotHeld(ImageKey key, IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"Image '{key}' cannot be read: the primary {names[0]} is unavailable, and no fallback ({Fallbacks(names)}) holds the image, so whether it exists is unknown. Try again later. {failures.Description}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>A list without the images of the primary would be incomplete, so there is none.</summary>
    public static StorageUnavailableException NotListed(IReadOnlyList<string> names, StorageUnavailableException cause, ProviderFailures failures) => new(
        $"The store cannot be listed or measured: that requires the primary {names[0]} and, while hints exist, the fallbacks ({Fallbacks(names)}). Try again later. {(failures.AreNone ? cause.Message : failures.Description)}",
        failures.Cause ?? cause)
    {
        Provider = names[0],
    };

    /// <summary>The primary does not have a history entry, and a fallback that may have it is unavailable.</summary>
    public static StorageUnavailableException EntryBlocked(IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"An entry of the history cannot be read: it may be on a fallback ({Fallbacks(names)}) that is unavailable. Try again later. {failures.Description}",
        failures.Cause,
        failures.AreTransient)
    {
        Provider = names[0],
    };

    /// <summary>Only the primary could have evaluated the precondition.</summary>
    public static StorageUnavailableException NotEvaluated(ImageKey key, IReadOnlyList<string> names, StorageUnavailableException cause) => new(
        $"The precondition on image '{key}' cannot be evaluated: the primary {names[0]} is unavailable. Whether the write had its effect there is unknown; read the image when the primary is back, and decide. {cause.Message}",
        cause)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>Every provider is unavailable.</summary>
    public static StorageUnavailableException AllDown(ImageKey? key, IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"{Subject(key)} is not available, and whether a write had its effect is unknown: all providers are unavailable. Repair one of them, or try again later. {failures.Description}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>A fallback that may hold the newest state is unavailable.</summary>
    public static StorageUnavailableException Blocked(ImageKey key, IReadOnlyList<string> names, FallbackPart fallback, ProviderFailures failures) => new(
        $"Image '{key}' is not available: the fallback {fallback.Name}, which may hold a newer state than the providers before it, cannot be used for the call. Whether a write had its effect is unknown. Repair the fallback, or try again later. {failures.Description}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>No provider that may accept the write accepted it.</summary>
    public static StorageUnavailableException NotAccepted(ImageKey key, IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"The write of image '{key}' is not acknowledged, and whether it had its effect is unknown: no provider that may accept the write is available. Try again later. {failures.Description}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>Hints remain on a fallback, or may remain there, because the fallback is unavailable.</summary>
    public static StorageUnavailableException NotReconciled(IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"Not all hints could be replayed to the primary {names[0]}: a fallback that may have hints is unavailable. All other hints are replayed. Repair the fallback, or try again later. {failures.Description}",
        failures.Cause,
        failures.AreTransient)
    {
        Provider = names[0],
    };

    /// <summary>The source of a save was read in part and cannot be read again.</summary>
    public static StorageUnavailableException NotRepeatable(ImageKey key, string primary, ProviderFailures failures) => new(
        $"Whether image '{key}' was saved is unknown: {primary} or a fallback had begun to read the source, and it cannot be read again for the next provider (it does not seek and is over SpoolLimit). Save the image again from the start. {failures.Description}",
        failures.Cause)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>The primary was not asked, because it failed an earlier write.</summary>
    public static StorageUnavailableException NotAsked(string primary, StorageUnavailableException cause) => new(
        $"{primary} was not asked: it has failed a write, and has not accepted one since. {cause.Message}", new BrokenCircuitException("The primary has failed a write.", cause), cause.IsTransient)
    {
        Provider = primary,
    };

    /// <summary>The image is over the size limit of the fallback.</summary>
    public static StorageUnavailableException TooLarge(ImageKey key, FallbackPart fallback) => new(
        string.Create(CultureInfo.InvariantCulture, $"Image '{key}' is longer than the {fallback.Provider.Capabilities.MaxContentLength} bytes that the fallback {fallback.Name} accepts, so it cannot be handed to this fallback."),
        isTransient: false)
    {
        Key = key,
        Provider = fallback.Name,
    };

    /// <summary>The fallback has the maximum number of hints.</summary>
    public static StorageUnavailableException BacklogFull(ImageKey key, string primary, string fallback, int limit, StorageUnavailableException? cause) => new(
        $"The write of image '{key}' cannot be handed to the fallback {fallback}: it has hints of {limit} images already (FailoverOptions.MaxBacklog). Bring the primary {primary} back, or allow more.", cause)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>Other writers overtook the call too often.</summary>
    public static StorageUnavailableException Contended(ImageKey key, string primary) => new(
        $"Image '{key}' is being written by other callers too often; the call was given up. Try again.")
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>A hint has no payload.</summary>
    public static ImageCorruptedException Lost(ImageHint hint, string fallback) => new(
        $"Image '{hint.Key}' is damaged: the fallback {fallback} has a hint of its newest version, but not the version. Save the image again, or delete it.")
    {
        Key = hint.Key,
        Provider = fallback,
        IsContentMissing = true,
    };

    /// <summary>Two providers have one identity.</summary>
    public static StorageNotSupportedException SameStore(string primary, string one, string other) => new(
        PairingErrors.SameStore(one, other, StoreIdentity.Name))
    {
        Provider = primary,
    };

    /// <summary>The primary records other fallbacks than the configured ones.</summary>
    public static StorageNotSupportedException OtherChain(IReadOnlyList<string> names, PairingDocument recorded, IReadOnlyList<Guid?> ids) => new(
        $"The store cannot be used with these fallbacks ({Fallbacks(names)}): the primary {names[0]} records another chain, {recorded.Group}: {DifferenceOf(names, recorded, ids)}. {Sharing} {HowToReplace(recorded.Group)}")
    {
        Provider = names[0],
    };

    /// <summary>A fallback is not the recorded one at its position.</summary>
    public static StorageNotSupportedException OtherFallback(string fallback, string primary, string chain) => new(
        $"The store cannot be used with the fallback {fallback}: it is not the one that the chain {chain} of the primary {primary} records at its position. {Sharing} {HowToReplace(chain)}")
    {
        Provider = fallback,
    };

    /// <summary>The fallbacks name two chains, and the primary is unavailable.</summary>
    public static StorageNotSupportedException TwoChains(string primary, string chain) => new(
        $"The store cannot be used: its fallbacks belong to two different chains, one of which is {chain}, and the primary {primary}, which knows the right one, does not answer. {Sharing} Bring the primary back, or use the fallbacks that the other processes use.")
    {
        Provider = primary,
    };

    /// <summary>A fallback belongs to another primary.</summary>
    public static StorageNotSupportedException OfAnotherPrimary(string fallback, string primary, string chain) => new(
        $"The fallback {fallback} belongs to another primary than {primary} (chain {chain}): its hints would be replayed to the wrong store. Give this store a fallback of its own. If {primary} replaces a primary that is lost, set {ReplaceChainSetting} to '{chain}'.")
    {
        Provider = fallback,
    };

    /// <summary>A chain cannot be replaced while a fallback has hints.</summary>
    public static StorageNotSupportedException ChainInUse(string primary, string fallback) => new(
        $"The chain of the primary {primary} cannot be replaced: the fallback {fallback} has hints. Start with the old chain, reconcile until no hints are left (IStorageFailover.ReconcileAsync), stop all processes, and start with the new one. If the old chain was replaced already, open {fallback} once with an empty primary of its own and reconcile there (docs/guide/failover.md).")
    {
        Provider = fallback,
    };

    /// <summary>The primary is empty where a fallback knows a primary.</summary>
    public static StorageUnavailableException PrimaryLost(string primary, string fallback, string chain) => new(
        $"The primary {primary} is empty, although the fallback {fallback} belongs to a primary at this location: its volume is not mounted, or its folder was moved or deleted. Put it back. " +
        $"If it is lost for good, set {ReplaceChainSetting} to '{chain}': the store begins with an empty primary, and the hints of the fallbacks are replayed to it.")
    {
        Provider = primary,
    };

    /// <summary>A provider cannot be verified now.</summary>
    public static StorageUnavailableException NotVerified(string provider, string primary, StorageUnavailableException? cause) => new(
        $"{provider} is not used yet: nothing shows that it belongs to the chain of the primary {primary}, which is verified when all providers answer. Bring the providers of the chain back. {cause?.Message}", cause)
    {
        Provider = provider,
    };

    /// <summary>A fallback is not durable.</summary>
    public static InvalidOperationException NotDurable(string primary, string fallback) => new(
        $"The fallback {fallback} keeps nothing when the process ends, so writes that it acknowledges while the primary {primary} is unavailable would be lost. Use a durable fallback, such as a folder, or no fallback.");

    /// <summary>Returns a failure of a payload, described with the caller's key.</summary>
    public static ImageStorageException OfFallback(ImageStorageException exception, ImageKey own, ImageKey key)
    {
        var message = exception.Message.Replace(own.Value, key.Value, StringComparison.Ordinal);
        return exception switch
        {
            ImageCorruptedException damage => new ImageCorruptedException(message, exception) { Key = key, Provider = exception.Provider, Reason = exception.Reason, IsContentMissing = damage.IsContentMissing },
            ImageRangeException range => new ImageRangeException(message, range.Length, exception) { Key = key, Provider = exception.Provider, Reason = exception.Reason },
            ImageValidationException refusal => new ImageValidationException(refusal.Kind, message, exception) { Key = key, Provider = exception.Provider, Reason = exception.Reason },
            StorageNotSupportedException => new StorageNotSupportedException(message, exception) { Key = key, Provider = exception.Provider, Reason = exception.Reason },
            _ => exception,
        };
    }

    private static string HowToReplace(string chain) =>
        $"Use the fallbacks that the other processes use. To change the chain, reconcile until no hints are left, stop all processes, and start them with the new fallbacks and {ReplaceChainSetting} set to '{chain}'.";

    private static string DifferenceOf(IReadOnlyList<string> names, PairingDocument recorded, IReadOnlyList<Guid?> ids)
    {
        if (recorded.Members.Length != ids.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {recorded.Members.Length - 1} fallback(s), not {names.Count - 1}");
        }

        var first = Enumerable.Range(1, names.Count - 1).First(position => ids[position] is { } id && id != recorded.Members[position]);
        return ids.Skip(1).All(id => id is { } own && recorded.Members.Contains(own))
            ? "it has the same fallbacks in another order"
            : string.Create(CultureInfo.InvariantCulture, $"{names[first]} is not its fallback {first}, but another store (another location, or a new disk)");
    }

    private static string Subject(ImageKey? key) => key is { } image ? $"Image '{image}'" : "The store";

    private static string Fallbacks(IReadOnlyList<string> names) => string.Join(", ", names.Skip(1));
}
