using System.Globalization;
using ImageStorage.Coordination;
using Polly.CircuitBreaker;

namespace ImageStorage.Failover;

/// <summary>The failures that only a store with fallbacks has.</summary>
internal static class FailoverErrors
{
    private const string Sharing = "All processes that share a primary must share its fallbacks, in one order: otherwise what one process writes during an outage is invisible to the others, and is lost when they reconcile.";

    /// <summary>The primary is down, and no fallback holds the image: whether it exists, nobody can say.</summary>
    public static StorageUnavailableException NotHeld(ImageKey key, IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"Image '{key}' cannot be read: the primary {names[0]} is down, and no fallback ({Fallbacks(names)}) holds what is asked for, so nobody knows whether it exists. Try again later. {failures.Told}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>A listing that leaves out what the primary holds would be taken for all there is.</summary>
    public static StorageUnavailableException NotListed(IReadOnlyList<string> names, StorageUnavailableException cause, ProviderFailures failures) => new(
        $"The store cannot be listed or measured: that takes the primary {names[0]} and, while something waits there, its fallbacks ({Fallbacks(names)}). Try again later. {(failures.AreNone ? cause.Message : failures.Told)}",
        failures.Cause ?? cause)
    {
        Provider = names[0],
    };

    /// <summary>The primary does not have an entry of the history, and a fallback that may have it cannot be asked.</summary>
    public static StorageUnavailableException EntryBlocked(IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"An entry of the history cannot be read: it may wait on a fallback ({Fallbacks(names)}) that is down. Try again later. {failures.Told}",
        failures.Cause,
        failures.AreTransient)
    {
        Provider = names[0],
    };

    /// <summary>Only the primary could have judged the precondition.</summary>
    public static StorageUnavailableException NotJudged(ImageKey key, IReadOnlyList<string> names, StorageUnavailableException cause) => new(
        $"The precondition on image '{key}' cannot be judged: the primary {names[0]} is down. Whether the write had its effect there is unknown; read the image when it is back, and decide. {cause.Message}",
        cause)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>Nothing that could do it is there.</summary>
    public static StorageUnavailableException AllDown(ImageKey? key, IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"{Subject(key)} is not available, and whether a write had its effect is unknown: all providers are down. Mend one of them, or try again later. {failures.Told}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>One that may hold the newest state cannot be asked.</summary>
    public static StorageUnavailableException Blocked(ImageKey key, IReadOnlyList<string> names, HandoffSide side, ProviderFailures failures) => new(
        $"Image '{key}' is not available: the fallback {side.Name}, which may hold a newer state of it than the providers before it, cannot be used for the call. If it was a write, whether it had its effect is unknown. Mend it, or try again later. {failures.Told}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    /// <summary>None of those that could take the write did.</summary>
    public static StorageUnavailableException NotTaken(ImageKey key, IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"The write of image '{key}' is not acknowledged, and whether it had its effect is unknown: no provider that may take it did. Try again later. {failures.Told}",
        failures.Cause,
        failures.AreTransient)
    {
        Key = key,
        Provider = names[0],
    };

    public static StorageUnavailableException NotReconciled(IReadOnlyList<string> names, ProviderFailures failures) => new(
        $"Not all that waits could be brought to the primary {names[0]}: it takes every fallback that may hold a note. What could be settled is. Mend it, or try again later. {failures.Told}",
        failures.Cause,
        failures.AreTransient)
    {
        Provider = names[0],
    };

    public static StorageUnavailableException NotRepeatable(ImageKey key, string primary, ProviderFailures failures) => new(
        $"Image '{key}' was not saved for certain: the source cannot be read again for the next provider (it does not seek and is over SpoolLimit), and {primary} or a fallback had begun to read it. Save it again from the start. {failures.Told}",
        failures.Cause)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>The primary has just failed a write, and was not asked again.</summary>
    public static StorageUnavailableException NotAsked(string primary, StorageUnavailableException cause) => new(
        $"{primary} was not asked: it has failed a write before, and has not taken one since. {cause.Message}", new BrokenCircuitException("The primary has failed a write.", cause), cause.IsTransient)
    {
        Provider = primary,
    };

    /// <summary>The fallback does not take images of this size.</summary>
    public static StorageUnavailableException TooLong(ImageKey key, HandoffSide side) => new(
        string.Create(CultureInfo.InvariantCulture, $"Image '{key}' is longer than the {side.Provider.Capabilities.MaxContentLength} bytes that the fallback {side.Name} takes; it cannot be handed to it."),
        isTransient: false)
    {
        Key = key,
        Provider = side.Name,
    };

    public static StorageUnavailableException BacklogFull(ImageKey key, string primary, string fallback, int limit, StorageUnavailableException? cause) => new(
        $"The write of image '{key}' cannot be handed to the fallback {fallback}: {limit} images wait there already (FailoverOptions.MaxBacklog). Bring the primary {primary} back, or allow more.", cause)
    {
        Key = key,
        Provider = primary,
    };

    public static StorageUnavailableException Contended(ImageKey key, string primary) => new(
        $"Image '{key}' is being written by others too often; the call gave up. Try again.")
    {
        Key = key,
        Provider = primary,
    };

    public static ImageCorruptedException Lost(HandoffHint hint, string fallback) => new(
        $"Image '{hint.Key}' is damaged: the fallback {fallback} notes that it holds the newest version, and does not. Save it anew, or delete it.")
    {
        Key = hint.Key,
        Provider = fallback,
    };

    public static StorageNotSupportedException SameStore(string primary, string one, string other) => new(
        $"{one} and {other}, of the chain of {primary} and its fallbacks, are one and the same store, or one is a copy of the other, so nothing would be gained when it fails. Give each a place of its own; in a copy, delete the document '{StoreIdentity.Name}'.")
    {
        Provider = primary,
    };

    /// <summary>The primary records other fallbacks than the configured ones.</summary>
    public static StorageNotSupportedException OtherChain(string primary, IReadOnlyList<string> fallbacks, ChainRecord recorded, IReadOnlyList<Guid?> ids) => new(
        $"The store cannot be used with these fallbacks ({string.Join(", ", fallbacks)}): the primary {primary} records another chain, {recorded.Chain}: {DifferenceOf(fallbacks, recorded, ids)}. {Sharing} {HowToReplace(recorded.Chain)}")
    {
        Provider = primary,
    };

    /// <summary>A fallback is not the one that the chain has at its place.</summary>
    public static StorageNotSupportedException OtherFallback(string fallback, string primary, string chain) => new(
        $"The store cannot be used with the fallback {fallback}: it is not the one that the chain {chain} of the primary {primary} has at its place. {Sharing} {HowToReplace(chain)}")
    {
        Provider = fallback,
    };

    /// <summary>Two fallbacks name two chains, and the primary cannot be asked.</summary>
    public static StorageNotSupportedException TwoChains(string primary, string chain) => new(
        $"The store cannot be used: its fallbacks belong to two different chains, one of which is {chain}, and the primary {primary}, which knows the right one, does not answer. {Sharing} Bring the primary back, or use the fallbacks that the other processes use.")
    {
        Provider = primary,
    };

    public static StorageNotSupportedException OfAnotherPrimary(string fallback, string primary, string chain) => new(
        $"The fallback {fallback} belongs to another primary than {primary} (chain {chain}): what waits on it would be brought to the wrong store. Give this store a fallback of its own. If {primary} takes the place of a primary that is lost, set FailoverOptions.ReplaceChain (the setting ReplaceChain in the section Failover of the store) to '{chain}'.")
    {
        Provider = fallback,
    };

    public static StorageNotSupportedException ChainInUse(string primary, string fallback) => new(
        $"The chain of the primary {primary} cannot be replaced: writes wait on the fallback {fallback}. Start with the old chain, reconcile until nothing waits (IStorageFailover.ReconcileAsync), stop all processes, and start with the new one. If the old chain was replaced already, open {fallback} once with an empty primary of its own and reconcile there (docs/failover.md).")
    {
        Provider = fallback,
    };

    /// <summary>There is no store where a fallback knows the primary.</summary>
    public static StorageUnavailableException PrimaryLost(string primary, string fallback, string chain) => new(
        $"The primary {primary} is empty, though the fallback {fallback} belongs to a primary at this place: its volume is not mounted, or its folder was moved or deleted. Put it back. " +
        $"If it is lost for good, set FailoverOptions.ReplaceChain (the setting ReplaceChain in the section Failover of the store) to '{chain}': the store begins with an empty primary, which gets what waits on the fallbacks.")
    {
        Provider = primary,
    };

    /// <summary>Whether a provider belongs to the chain cannot be found out now.</summary>
    public static StorageUnavailableException NotVerified(string provider, string primary, StorageUnavailableException? cause) => new(
        $"{provider} is not used yet: nothing shows that it belongs to the chain of the primary {primary}, and that is found out when all of them answer. Bring the providers of the chain back. {cause?.Message}", cause)
    {
        Provider = provider,
    };

    public static InvalidOperationException NotDurable(string primary, string fallback) => new(
        $"The fallback {fallback} keeps nothing when the process ends, so writes that it acknowledges while the primary {primary} is down would be lost. Use a fallback that is durable, such as a folder, or do without the failover.");

    /// <summary>A failure about the fallback's own key as one about the caller's.</summary>
    public static ImageStorageException OfFallback(ImageStorageException exception, ImageKey own, ImageKey key)
    {
        var message = exception.Message.Replace(own.Value, key.Value, StringComparison.Ordinal);
        return exception switch
        {
            ImageCorruptedException => new ImageCorruptedException(message, exception) { Key = key, Provider = exception.Provider, Reason = exception.Reason },
            ImageValidationException refusal => new ImageValidationException(refusal.Kind, message, exception) { Key = key, Provider = exception.Provider, Reason = exception.Reason },
            _ => exception,
        };
    }

    private static string HowToReplace(string chain) =>
        $"Use the fallbacks that the other processes use. To change the chain, reconcile until nothing waits, stop all processes, and start them with the new fallbacks and FailoverOptions.ReplaceChain (the setting ReplaceChain in the section Failover of the store) set to '{chain}'.";

    private static string DifferenceOf(IReadOnlyList<string> fallbacks, ChainRecord recorded, IReadOnlyList<Guid?> ids)
    {
        if (recorded.Fallbacks.Length != fallbacks.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {recorded.Fallbacks.Length} fallback(s), not {fallbacks.Count}");
        }

        var first = Enumerable.Range(0, fallbacks.Count).First(index => ids[index + 1] is { } id && id != recorded.Fallbacks[index]);
        return ids.Skip(1).All(id => id is { } own && recorded.Fallbacks.Contains(own))
            ? "it has the same fallbacks in another order"
            : string.Create(CultureInfo.InvariantCulture, $"{fallbacks[first]} is not its fallback {first + 1}, but another store (another place, or a new disk)");
    }

    private static string Subject(ImageKey? key) => key is { } image ? $"Image '{image}'" : "The store";

    private static string Fallbacks(IReadOnlyList<string> names) => string.Join(", ", names.Skip(1));
}
