using System.Security.Cryptography;
using System.Text;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Verifies, once per process and before a provider of a chain is used, that the primary and the fallbacks belong
/// together. The primary records its chain; a process that is configured with another chain is refused, because it
/// would not see the hints of the others.
/// </summary>
/// <remarks>
/// <para>The first process records the chain on the primary, by compare-and-swap, and then on each fallback. A crash
/// between two steps leaves a record that the next process completes. The primary's record is written first: a fallback
/// never claims to belong to a primary that has another chain.</para>
/// <para>While the primary is unavailable, a fallback is accepted by its own copy of the record. The primary's record
/// is verified before the primary is first used.</para>
/// </remarks>
internal sealed class ChainPairing(IReadOnlyList<(string Name, IImageProvider Provider)> members, string? replaces, ILogger logger) : IDisposable
{
    private readonly bool[] _isVerified = new bool[members.Count];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string? _location = HashOfLocations(members[0].Provider);
    private PairingDocument? _record;
    private bool _isRefusalLogged;

    private string PrimaryName => members[0].Name;

    /// <summary>Returns whether a provider was verified. Position 0 is the primary, 1 the first fallback.</summary>
    public bool IsVerified(int position) => Volatile.Read(ref _isVerified[position]);

    /// <summary>Verifies that one provider belongs to the chain.</summary>
    /// <exception cref="StorageNotSupportedException">
    /// The configured chain is not the recorded one, or two providers are one store.
    /// </exception>
    /// <exception cref="StorageUnavailableException">
    /// The provider, or a provider that is needed to verify it, does not answer.
    /// </exception>
    public ValueTask EnsureAsync(int position, CancellationToken cancellationToken) => IsVerified(position) ? default : new(EnsureSlowlyAsync(position, cancellationToken));

    /// <summary>Verifies all providers that can be verified now.</summary>
    /// <returns>The reason why a provider could not be verified, or null.</returns>
    /// <exception cref="StorageNotSupportedException">
    /// The configured chain is not the recorded one, or two providers are one store.
    /// </exception>
    public async Task<StorageUnavailableException?> EnsureAllAsync(CancellationToken cancellationToken) => Array.TrueForAll(_isVerified, isVerified => isVerified)
        ? null
        : Array.Find(await VerifyAsync(null, cancellationToken).ConfigureAwait(false), failure => failure is not null);

    /// <summary>
    /// Reads the primary's record again, before hints are replayed. A chain that was replaced in the meantime is no
    /// longer used.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">The configured chain is no longer the recorded one.</exception>
    public async Task RecheckAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsVerified(0) && (await ReadAsync(0, cancellationToken).ConfigureAwait(false))?.Group != _record?.Group)
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
        await ReadIdentityAsync(ids, failures, cancellationToken).ConfigureAwait(false);
        if (!IsVerified(0) && failures[0] is null)
        {
            failures[0] = await TryAsync(() => RecordOnPrimaryAsync(ids, failures, cancellationToken)).ConfigureAwait(false);
            Volatile.Write(ref _isVerified[0], failures[0] is null);
        }

        for (var i = 1; i < members.Count; i++)
        {
            if (!IsVerified(i) && failures[i] is null && ids[i] is { } id)
            {
                var position = i;
                failures[i] = await TryAsync(() => IsVerified(0) ? RecordOnFallbackAsync(position, id, cancellationToken) : AcceptByCopyAsync(position, id, failures[0], cancellationToken)).ConfigureAwait(false);
                Volatile.Write(ref _isVerified[i], failures[i] is null);
            }
        }
    }

    /// <summary>Runs a step, and returns the reason why it could not be done now, or null.</summary>
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

    /// <summary>
    /// Reads the identity of every provider that is not verified yet, and refuses two providers that are one store.
    /// </summary>
    private async Task ReadIdentityAsync(Guid?[] ids, StorageUnavailableException?[] failures, CancellationToken cancellationToken)
    {
        var stores = new Dictionary<Guid, int>();
        for (var i = 0; i < members.Count; i++)
        {
            if (IsVerified(i))
            {
                stores.TryAdd(_record!.Members[i], i);
                ids[i] = _record.Members[i];
            }
            else
            {
                var position = i;
                failures[i] = await TryAsync(() => ReadIdentityAsync(position, ids, stores, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private async Task<StorageUnavailableException?> ReadIdentityAsync(int position, Guid?[] ids, Dictionary<Guid, int> stores, CancellationToken cancellationToken)
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
    /// Returns a failure if the primary is empty although a fallback knows a primary at this location: an unmounted
    /// volume, or a folder that was moved. Such a primary counts as unavailable, and no new store is created there.
    /// </summary>
    private async Task<StorageUnavailableException?> FindLostPrimaryAsync(CancellationToken cancellationToken)
    {
        if (_location is null || await StoreIdentity.ReadAsync(members[0].Provider.Documents, cancellationToken).ConfigureAwait(false) is not null)
        {
            return null;
        }

        for (var i = 1; i < members.Count; i++)
        {
            if (await ReadAsync(i, cancellationToken).ConfigureAwait(false) is { } copy && copy.Locations.Contains(_location) && copy.Group != replaces)
            {
                return FailoverErrors.PrimaryLost(PrimaryName, members[i].Name, copy.Group);
            }
        }

        return null;
    }

    /// <summary>
    /// Reads the primary's record, and writes it if there is none or if it may be replaced. Returns the reason why this
    /// cannot be done now, or null.
    /// </summary>
    private async Task<StorageUnavailableException?> RecordOnPrimaryAsync(Guid?[] ids, StorageUnavailableException?[] failures, CancellationToken cancellationToken)
    {
        while (true)
        {
            var recorded = await ReadAsync(0, cancellationToken).ConfigureAwait(false);
            if (recorded is not null && IsSame(recorded, ids))
            {
                Adopt(recorded);
                return null;
            }

            if (recorded is not null && recorded.Group != replaces)
            {
                throw FailoverErrors.OtherChain(PrimaryName, [.. members.Skip(1).Select(member => member.Name)], recorded, ids);
            }

            if (Array.FindIndex(ids, id => id is null) is >= 0 and var missing)
            {
                // The chain cannot be recorded without this identity, and no provider is used until the chain is
                // recorded.
                return FailoverErrors.NotVerified(members[missing].Name, PrimaryName, failures[missing]);
            }

            await EnsureFreeAsync(ids, recorded, cancellationToken).ConfigureAwait(false);
            var chain = PairingDocument.New(ProviderRole.Primary) with { Members = [.. ids.Select(id => id!.Value)], Replaces = recorded?.Group, Version = recorded?.Version ?? DocumentETag.None };
            if (await TryWriteAsync(0, chain, cancellationToken).ConfigureAwait(false))
            {
                Log.ChainRecorded(logger, chain.Group, PrimaryName, string.Join(", ", members.Skip(1).Select(member => member.Name)));
                Adopt(chain);
                return null;
            }
        }
    }

    private void Adopt(PairingDocument agreed)
    {
        if (_record?.Group != agreed.Group)
        {
            // What the fallbacks' copies said no longer counts.
            Forget();
        }

        _record = agreed;
    }

    /// <summary>
    /// Verifies that no fallback belongs to another primary and, if a chain is replaced, that no fallback has hints of
    /// the old chain.
    /// </summary>
    private async Task EnsureFreeAsync(Guid?[] ids, PairingDocument? replaced, CancellationToken cancellationToken)
    {
        for (var i = 1; i < members.Count; i++)
        {
            EnsureNotOfAnother(i, await ReadAsync(i, cancellationToken).ConfigureAwait(false), ids[0]!.Value);
            if (replaced is not null)
            {
                await EnsureNoHintsAsync(i, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the copy of the record on a fallback of the verified chain, unless it exists.</summary>
    private async Task<StorageUnavailableException?> RecordOnFallbackAsync(int position, Guid id, CancellationToken cancellationToken)
    {
        var record = _record!;
        if (record.Members[position] != id)
        {
            throw FailoverErrors.OtherFallback(members[position].Name, PrimaryName, record.Group);
        }

        while (true)
        {
            var copy = await ReadAsync(position, cancellationToken).ConfigureAwait(false);
            var isCurrent = copy?.Group == record.Group;
            if (isCurrent && (_location is null || copy!.Locations.Contains(_location)))
            {
                return null;
            }

            if (!isCurrent && copy is not null)
            {
                EnsureNotOfAnother(position, copy, record.Members[0]);
                if (copy.Group != record.Replaces && copy.Group != replaces)
                {
                    await EnsureNoHintsAsync(position, cancellationToken).ConfigureAwait(false);
                }
            }

            var locations = (isCurrent ? copy!.Locations : []).Union(_location is null ? [] : [_location]);
            var claim = (isCurrent ? copy! : record) with { Role = ProviderRole.Fallback, Locations = [.. locations], Version = copy?.Version ?? DocumentETag.None };
            if (await TryWriteAsync(position, claim, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Accepts a fallback by its own copy of the record, while the primary is unavailable. Returns the reason why it
    /// cannot be accepted, or null.
    /// </summary>
    private async Task<StorageUnavailableException?> AcceptByCopyAsync(int position, Guid id, StorageUnavailableException? ofPrimary, CancellationToken cancellationToken)
    {
        var name = members[position].Name;
        var copy = await ReadAsync(position, cancellationToken).ConfigureAwait(false);
        if (copy is null || (_location is not null && copy.Locations.Length > 0 && !copy.Locations.Contains(_location)))
        {
            return FailoverErrors.NotVerified(name, PrimaryName, ofPrimary);
        }

        if (copy.Members.Length != members.Count || copy.Members[position] != id)
        {
            throw FailoverErrors.OtherFallback(name, PrimaryName, copy.Group);
        }

        if (_record is { } other && other.Group != copy.Group && other.Group != copy.Replaces && other.Replaces != copy.Group)
        {
            throw FailoverErrors.TwoChains(PrimaryName, copy.Group);
        }

        _record ??= copy;
        return null;
    }

    private void EnsureNotOfAnother(int position, PairingDocument? copy, Guid primary)
    {
        if (copy is not null && copy.Members.FirstOrDefault() != primary && copy.Group != replaces)
        {
            throw FailoverErrors.OfAnotherPrimary(members[position].Name, PrimaryName, copy.Group);
        }
    }

    private async Task EnsureNoHintsAsync(int position, CancellationToken cancellationToken)
    {
        if ((await members[position].Provider.Documents.ListAsync(HintStore.Prefix, HintLease.Name, 1, cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            throw FailoverErrors.ChainInUse(PrimaryName, members[position].Name);
        }
    }

    /// <summary>
    /// Returns whether the record contains the configured fallbacks in their order, as far as the fallbacks answer.
    /// </summary>
    private static bool IsSame(PairingDocument recorded, Guid?[] ids) =>
        recorded.Members.Length == ids.Length && ids.Skip(1).Zip(recorded.Members.Skip(1)).All(pair => pair.First is not { } id || id == pair.Second);

    private Task<PairingDocument?> ReadAsync(int position, CancellationToken cancellationToken) =>
        PairingDocument.ReadAsync(members[position].Provider.Documents, NameOf(position), members[position].Name, cancellationToken);

    private Task<bool> TryWriteAsync(int position, PairingDocument document, CancellationToken cancellationToken) =>
        document.TryWriteAsync(members[position].Provider.Documents, NameOf(position), cancellationToken);

    private static DocumentName NameOf(int position) => position == 0 ? PairingDocument.OfPrimary : PairingDocument.OfFallback;

    /// <summary>
    /// Returns a hash of the locations of a provider, for comparison only, or null if the provider has none.
    /// </summary>
    private static string? HashOfLocations(IImageProvider provider) => provider.GetAbility<IStoreLocationProvider>()?.Locations is { Count: > 0 } locations
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', locations.Order(StringComparer.Ordinal)))).AsSpan(0, 16))
        : null;
}
