using System.Security.Cryptography;
using System.Text;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Makes sure, once in a process and before a provider of a chain is used, that the primary and the fallbacks belong together. The primary records its chain; a process
/// that is configured with another chain is refused, because it would not see what waits on the fallbacks of the others.
/// </summary>
/// <remarks>
/// <para>The first process records the chain on the primary, by compare-and-swap, and then on each fallback. A crash between two steps leaves a record that the next process
/// completes. The primary's record comes first: a fallback never says that it belongs to a primary that has another chain.</para>
/// <para>While the primary is unavailable a fallback is accepted by its own record. The primary's record is checked before the primary is first used.</para>
/// </remarks>
internal sealed class ChainPairing(IReadOnlyList<(string Name, IImageProvider Provider)> members, string? replaces, ILogger logger) : IDisposable
{
    private readonly bool[] _isVerified = new bool[members.Count];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string? _place = PlaceOf(members[0].Provider);
    private ChainRecord? _record;
    private bool _isRefusalLogged;

    private string PrimaryName => members[0].Name;

    private IDocumentStore Primary => members[0].Provider.Documents;

    /// <summary>Returns whether a provider may be used without a further look: the primary is 0, the first fallback 1.</summary>
    public bool IsVerified(int position) => Volatile.Read(ref _isVerified[position]);

    /// <summary>Makes sure that one provider belongs to the chain.</summary>
    /// <exception cref="StorageNotSupportedException">The configured chain is not the recorded one, or two providers are one store.</exception>
    /// <exception cref="StorageUnavailableException">The provider, or what is needed to verify it, does not answer.</exception>
    public ValueTask EnsureAsync(int position, CancellationToken cancellationToken) => IsVerified(position) ? default : new(EnsureSlowlyAsync(position, cancellationToken));

    /// <summary>Verifies all providers that can be verified now.</summary>
    /// <returns>Why a provider could not be verified, or null.</returns>
    /// <exception cref="StorageNotSupportedException">The configured chain is not the recorded one, or two providers are one store.</exception>
    public async Task<StorageUnavailableException?> EnsureAllAsync(CancellationToken cancellationToken) => Array.TrueForAll(_isVerified, isVerified => isVerified)
        ? null
        : Array.Find(await VerifyAsync(null, cancellationToken).ConfigureAwait(false), failure => failure is not null);

    /// <summary>Reads the primary's record again, before work that brings what waits to the primary. A chain that was replaced in the meantime is no longer used.</summary>
    /// <exception cref="StorageNotSupportedException">The configured chain is not the recorded one any more.</exception>
    public async Task RecheckAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsVerified(0) && (await ChainRecord.ReadAsync(Primary, ChainRecord.PrimaryName, PrimaryName, cancellationToken).ConfigureAwait(false))?.Chain != _record?.Chain)
            {
                Forget();
            }
        }
        catch (StorageUnavailableException)
        {
            // The primary is verified again before it is used.
            Volatile.Write(ref _isVerified[0], false);
        }
        finally
        {
            _turn.Release();
        }

        await EnsureAllAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _turn.Dispose();

    private async Task EnsureSlowlyAsync(int position, CancellationToken cancellationToken)
    {
        var failures = await VerifyAsync(position, cancellationToken).ConfigureAwait(false);
        if (!IsVerified(position))
        {
            throw failures[position] ?? FailoverErrors.NotVerified(members[position].Name, PrimaryName, failures[0]);
        }
    }

    private async Task<StorageUnavailableException?[]> VerifyAsync(int? wanted, CancellationToken cancellationToken)
    {
        var failures = new StorageUnavailableException?[members.Count];
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (wanted is not { } position || !IsVerified(position))
            {
                await VerifyLockedAsync(failures, cancellationToken).ConfigureAwait(false);
                _isRefusalLogged &= !IsVerified(0);
            }

            return failures;
        }
        catch (ImageStorageException refusal) when (refusal is StorageNotSupportedException or StorageCorruptedException)
        {
            Forget();
            if (!_isRefusalLogged)
            {
                _isRefusalLogged = true;
                Log.ChainRefused(logger, refusal.Message);
            }

            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Forget()
    {
        _record = null;
        for (var i = 0; i < _isVerified.Length; i++)
        {
            Volatile.Write(ref _isVerified[i], false);
        }
    }

    private async Task VerifyLockedAsync(StorageUnavailableException?[] failures, CancellationToken cancellationToken)
    {
        var ids = new Guid?[members.Count];
        await IdentifyAsync(ids, failures, cancellationToken).ConfigureAwait(false);
        if (!IsVerified(0) && failures[0] is null)
        {
            failures[0] = await TryAsync(() => AgreeAsync(ids, failures, cancellationToken)).ConfigureAwait(false);
            Volatile.Write(ref _isVerified[0], failures[0] is null);
        }

        for (var i = 1; i < members.Count; i++)
        {
            if (!IsVerified(i) && failures[i] is null && ids[i] is { } id)
            {
                var position = i;
                failures[i] = await TryAsync(() => IsVerified(0) ? ClaimAsync(position, id, cancellationToken) : BelieveAsync(position, id, failures[0], cancellationToken)).ConfigureAwait(false);
                Volatile.Write(ref _isVerified[i], failures[i] is null);
            }
        }
    }

    /// <summary>Runs a step that answers why it could not be done now.</summary>
    private static async Task<StorageUnavailableException?> TryAsync(Func<Task<StorageUnavailableException?>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            return failure;
        }
    }

    /// <summary>Asks every provider that is not verified yet for its identity, and refuses two that are one store.</summary>
    private async Task IdentifyAsync(Guid?[] ids, StorageUnavailableException?[] failures, CancellationToken cancellationToken)
    {
        var stores = new Dictionary<Guid, int>();
        for (var i = 0; i < members.Count; i++)
        {
            if (IsVerified(i))
            {
                ids[i] = i == 0 ? _record!.Primary : _record!.Fallbacks[i - 1];
                stores.TryAdd(ids[i]!.Value, i);
            }
            else
            {
                var position = i;
                failures[i] = await TryAsync(() => IdentifyAsync(position, ids, stores, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private async Task<StorageUnavailableException?> IdentifyAsync(int position, Guid?[] ids, Dictionary<Guid, int> stores, CancellationToken cancellationToken)
    {
        var (name, provider) = members[position];
        if (position == 0 && await FindLostPrimaryAsync(cancellationToken).ConfigureAwait(false) is { } loss)
        {
            return loss;
        }

        var documents = await StoreIdentity.GetOrCreateAsync(provider.Documents, cancellationToken).ConfigureAwait(false);
        if (!stores.TryAdd(documents.Id, position))
        {
            throw FailoverErrors.SameStore(PrimaryName, members[stores[documents.Id]].Name, name);
        }

        ids[position] = (await StoreIdentity.OfAsync(provider, cancellationToken).ConfigureAwait(false))?.Id;
        return ids[position] is null ? FailoverErrors.NotVerified(name, PrimaryName, null) : null;
    }

    /// <summary>
    /// Returns a failure if the primary is empty, though a fallback knows a primary at this place: an unmounted volume, a folder that was moved. Such a primary is
    /// unavailable, and no new store is created there.
    /// </summary>
    private async Task<StorageUnavailableException?> FindLostPrimaryAsync(CancellationToken cancellationToken)
    {
        if (_place is null || await StoreIdentity.ReadAsync(Primary, cancellationToken).ConfigureAwait(false) is not null)
        {
            return null;
        }

        foreach (var (name, provider) in members.Skip(1))
        {
            var claim = await ChainRecord.ReadAsync(provider.Documents, ChainRecord.FallbackName, name, cancellationToken).ConfigureAwait(false);
            if (claim is not null && claim.Places.Contains(_place) && claim.Chain != replaces)
            {
                return FailoverErrors.PrimaryLost(PrimaryName, name, claim.Chain);
            }
        }

        return null;
    }

    /// <summary>Finds the primary's record, and writes it if there is none or if it may be replaced. Answers why that cannot be done now.</summary>
    private async Task<StorageUnavailableException?> AgreeAsync(Guid?[] ids, StorageUnavailableException?[] failures, CancellationToken cancellationToken)
    {
        while (true)
        {
            var recorded = await ChainRecord.ReadAsync(Primary, ChainRecord.PrimaryName, PrimaryName, cancellationToken).ConfigureAwait(false);
            if (recorded is not null && IsSame(recorded, ids))
            {
                Use(recorded);
                return null;
            }

            if (recorded is not null && recorded.Chain != replaces)
            {
                throw FailoverErrors.OtherChain(PrimaryName, [.. members.Skip(1).Select(member => member.Name)], recorded, ids);
            }

            if (Array.FindIndex(ids, id => id is null) is >= 0 and var missing)
            {
                // Without its id the chain cannot be recorded. Until it is, no provider is used.
                return FailoverErrors.NotVerified(members[missing].Name, PrimaryName, failures[missing]);
            }

            await EnsureFreeAsync(ids, recorded, cancellationToken).ConfigureAwait(false);
            var chain = new ChainRecord(Guid.NewGuid().ToString("N"), ids[0]!.Value, [.. ids.Skip(1).Select(id => id!.Value)]) { Replaced = recorded?.Chain };
            if (await chain.TryWriteAsync(Primary, ChainRecord.PrimaryName, recorded?.Version ?? DocumentETag.None, cancellationToken).ConfigureAwait(false))
            {
                Log.ChainRecorded(logger, chain.Chain, PrimaryName, string.Join(", ", members.Skip(1).Select(member => member.Name)));
                Use(chain);
                return null;
            }
        }
    }

    private void Use(ChainRecord agreed)
    {
        if (_record?.Chain != agreed.Chain)
        {
            // What fallbacks said of themselves does not count any more.
            Forget();
        }

        _record = agreed;
    }

    /// <summary>Makes sure that no fallback belongs to another primary, and, where a chain is replaced, that nothing waits that only the old chain explains.</summary>
    private async Task EnsureFreeAsync(Guid?[] ids, ChainRecord? replaced, CancellationToken cancellationToken)
    {
        foreach (var (name, provider) in members.Skip(1))
        {
            EnsureNotOfAnother(name, await ChainRecord.ReadAsync(provider.Documents, ChainRecord.FallbackName, name, cancellationToken).ConfigureAwait(false), ids[0]!.Value);
            if (replaced is not null && await HasWaitingAsync(provider, cancellationToken).ConfigureAwait(false))
            {
                throw FailoverErrors.ChainInUse(PrimaryName, name);
            }
        }
    }

    /// <summary>Writes the record on a fallback of the verified chain, unless it is there.</summary>
    private async Task<StorageUnavailableException?> ClaimAsync(int position, Guid id, CancellationToken cancellationToken)
    {
        var (name, provider) = members[position];
        var record = _record!;
        if (record.Fallbacks[position - 1] != id)
        {
            throw FailoverErrors.OtherFallback(name, PrimaryName, record.Chain);
        }

        while (true)
        {
            var claim = await ChainRecord.ReadAsync(provider.Documents, ChainRecord.FallbackName, name, cancellationToken).ConfigureAwait(false);
            var isCurrent = claim?.Chain == record.Chain;
            if (isCurrent && (_place is null || claim!.Places.Contains(_place)))
            {
                return null;
            }

            if (!isCurrent && claim is not null)
            {
                EnsureNotOfAnother(name, claim, record.Primary);
                if (claim.Chain != record.Replaced && claim.Chain != replaces && await HasWaitingAsync(provider, cancellationToken).ConfigureAwait(false))
                {
                    throw FailoverErrors.ChainInUse(PrimaryName, name);
                }
            }

            var places = (isCurrent ? claim!.Places : []).Union(_place is null ? [] : [_place]);
            if (await (record with { Places = [.. places] }).TryWriteAsync(provider.Documents, ChainRecord.FallbackName, claim?.Version ?? DocumentETag.None, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    /// <summary>While the primary cannot be asked: accepts a fallback by its own record, or answers why it cannot be used.</summary>
    private async Task<StorageUnavailableException?> BelieveAsync(int position, Guid id, StorageUnavailableException? ofPrimary, CancellationToken cancellationToken)
    {
        var (name, provider) = members[position];
        var claim = await ChainRecord.ReadAsync(provider.Documents, ChainRecord.FallbackName, name, cancellationToken).ConfigureAwait(false);
        if (claim is null || (_place is not null && claim.Places.Length > 0 && !claim.Places.Contains(_place)))
        {
            return FailoverErrors.NotVerified(name, PrimaryName, ofPrimary);
        }

        if (claim.Fallbacks.Length != members.Count - 1 || claim.Fallbacks[position - 1] != id)
        {
            throw FailoverErrors.OtherFallback(name, PrimaryName, claim.Chain);
        }

        if (_record is { } other && other.Chain != claim.Chain && other.Chain != claim.Replaced && other.Replaced != claim.Chain)
        {
            throw FailoverErrors.TwoChains(PrimaryName, claim.Chain);
        }

        _record ??= claim;
        return null;
    }

    private void EnsureNotOfAnother(string name, ChainRecord? claim, Guid primary)
    {
        if (claim is not null && claim.Primary != primary && claim.Chain != replaces)
        {
            throw FailoverErrors.OfAnotherPrimary(name, PrimaryName, claim.Chain);
        }
    }

    /// <summary>Returns whether the record has the configured fallbacks in their order, as far as they answer.</summary>
    private static bool IsSame(ChainRecord recorded, Guid?[] ids) =>
        recorded.Fallbacks.Length == ids.Length - 1 && recorded.Fallbacks.Select((id, index) => ids[index + 1] is not { } own || own == id).All(isSame => isSame);

    /// <summary>Returns whether hints or entries wait on a fallback.</summary>
    private static async Task<bool> HasWaitingAsync(IImageProvider fallback, CancellationToken cancellationToken) =>
        (await fallback.Documents.ListAsync(HintStore.Prefix, HandoffLease.Name, 1, cancellationToken).ConfigureAwait(false)).Count > 0;

    /// <summary>A hash of the places of a provider, for comparison only; null where it has none.</summary>
    private static string? PlaceOf(IImageProvider provider) => provider.GetAbility<IStoreLocationProvider>()?.Locations is { Count: > 0 } places
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', places.Order(StringComparer.Ordinal)))).AsSpan(0, 16))
        : null;
}
