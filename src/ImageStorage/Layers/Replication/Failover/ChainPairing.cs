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
/// <param name="members">The providers with their names, the primary first.</param>
/// <param name="replaces">The id of the recorded chain that may be replaced; null for none.</param>
/// <param name="logger">Logs a refusal and a new record.</param>
internal sealed class ChainPairing(IReadOnlyList<(string Name, IImageProvider Provider)> members, string? replaces, ILogger logger) : IDisposable
{
    private readonly Member[] _members = [.. members.Select((member, position) => new Member(position, member.Name, member.Provider))];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string? _location = HashOfLocations(members[0].Provider);
    private PairingDocument? _record;
    private bool _isRefusalLogged;

    private Member Primary => _members[0];

    private IEnumerable<Member> Fallbacks => _members.Skip(1);

    /// <summary>Returns whether a provider was verified. Position 0 is the primary, 1 the first fallback.</summary>
    public bool IsVerified(int position) => _members[position].IsVerified;

    /// <summary>Verifies that one provider belongs to the chain.</summary>
    /// <exception cref="StorageNotSupportedException">
    /// The configured chain is not the recorded one, or two providers are one store.
    /// </exception>
    /// <exception cref="StorageUnavailableException">
    /// The provider, or a provider that is needed to verify it, does not answer.
    /// </exception>
    public ValueTask EnsureAsync(int position, CancellationToken cancellationToken) => IsVerified(position) ? default : new(EnsureSlowlyAsync(_members[position], cancellationToken));

    /// <summary>Verifies all providers that can be verified now.</summary>
    /// <returns>The reason why a provider could not be verified, or null.</returns>
    /// <exception cref="StorageNotSupportedException">The providers do not belong together.</exception>
    public async Task<StorageUnavailableException?> EnsureAllAsync(CancellationToken cancellationToken) =>
        Array.TrueForAll(_members, member => member.IsVerified) ? null : await VerifyAsync(null, cancellationToken).ConfigureAwait(false);

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
            if (Primary.IsVerified && (await Primary.ReadAsync(cancellationToken).ConfigureAwait(false))?.Group != _record?.Group)
            {
                Forget();
            }
        }
        catch (StorageUnavailableException)
        {
            // The primary is verified again before it is used.
            Primary.IsVerified = false;
        }
        finally
        {
            _turn.Release();
        }

        await EnsureAllAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _turn.Dispose();

    private async Task EnsureSlowlyAsync(Member member, CancellationToken cancellationToken)
    {
        if (await VerifyAsync(member, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>
    /// Verifies all providers that can be verified now. Returns the reason why the wanted provider, or any provider, is
    /// not verified, or null.
    /// </summary>
    private async Task<StorageUnavailableException?> VerifyAsync(Member? wanted, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (wanted is { IsVerified: true })
            {
                return null;
            }

            await VerifyLockedAsync(cancellationToken).ConfigureAwait(false);
            _isRefusalLogged &= !Primary.IsVerified;
            return wanted is null ? Array.Find(_members, member => member.Failure is not null)?.Failure
                : wanted.IsVerified ? null
                : wanted.Failure ?? FailoverErrors.NotVerified(wanted.Name, Primary.Name, Primary.Failure);
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
        Array.ForEach(_members, member => member.IsVerified = false);
    }

    private async Task VerifyLockedAsync(CancellationToken cancellationToken)
    {
        var stores = new Dictionary<Guid, Member>();
        foreach (var member in _members)
        {
            member.Failure = null;
            if (member.IsVerified)
            {
                member.Id = _record!.Members[member.Position];
                stores.TryAdd(member.Id.Value, member);
            }
            else
            {
                member.Id = null;
                await member.TryAsync(() => ReadIdentityAsync(member, stores, cancellationToken)).ConfigureAwait(false);
            }
        }

        if (Primary is { IsVerified: false, Failure: null })
        {
            await Primary.TryAsync(() => RecordOnPrimaryAsync(cancellationToken)).ConfigureAwait(false);
            Primary.IsVerified = Primary.Failure is null;
        }

        foreach (var member in Fallbacks.Where(member => member is { IsVerified: false, Failure: null }))
        {
            await member.TryAsync(() => Primary.IsVerified ? RecordOnFallbackAsync(member, cancellationToken) : AcceptByCopyAsync(member, cancellationToken)).ConfigureAwait(false);
            member.IsVerified = member.Failure is null;
        }
    }

    /// <summary>
    /// Reads the identity of a provider that is not verified yet, and refuses two providers that are one store. Returns
    /// the reason why this cannot be done now, or null, like the other steps.
    /// </summary>
    private async Task<StorageUnavailableException?> ReadIdentityAsync(Member member, Dictionary<Guid, Member> stores, CancellationToken cancellationToken)
    {
        if (member == Primary && await FindLostPrimaryAsync(cancellationToken).ConfigureAwait(false) is { } loss)
        {
            return loss;
        }

        var documents = await StoreIdentity.GetOrCreateAsync(member.Provider.Documents, cancellationToken).ConfigureAwait(false);
        if (!stores.TryAdd(documents.Id, member))
        {
            throw FailoverErrors.SameStore(Primary.Name, stores[documents.Id].Name, member.Name);
        }

        member.Id = (await StoreIdentity.OfAsync(member.Provider, cancellationToken).ConfigureAwait(false))?.Id;
        return member.Id is null ? FailoverErrors.NotVerified(member.Name, Primary.Name, null) : null;
    }

    /// <summary>
    /// Returns a failure if the primary is empty although a fallback knows a primary at this location: an unmounted
    /// volume, or a folder that was moved. Such a primary counts as unavailable, and no new store is created there.
    /// </summary>
    private async Task<StorageUnavailableException?> FindLostPrimaryAsync(CancellationToken cancellationToken)
    {
        if (_location is null || await StoreIdentity.ReadAsync(Primary.Provider.Documents, cancellationToken).ConfigureAwait(false) is not null)
        {
            return null;
        }

        foreach (var fallback in Fallbacks)
        {
            if (await fallback.ReadAsync(cancellationToken).ConfigureAwait(false) is { } copy && copy.Locations.Contains(_location) && copy.Group != replaces)
            {
                return FailoverErrors.PrimaryLost(Primary.Name, fallback.Name, copy.Group);
            }
        }

        return null;
    }

    /// <summary>Reads the primary's record, and writes it if there is none or if it may be replaced.</summary>
    private async Task<StorageUnavailableException?> RecordOnPrimaryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var recorded = await Primary.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (recorded is not null && HasSameFallbacks(recorded))
            {
                Adopt(recorded);
                return null;
            }

            if (recorded is not null && recorded.Group != replaces)
            {
                throw FailoverErrors.OtherChain([.. _members.Select(member => member.Name)], recorded, [.. _members.Select(member => member.Id)]);
            }

            if (Array.Find(_members, member => member.Id is null) is { } missing)
            {
                // The chain cannot be recorded without this identity, and no provider is used until the chain is
                // recorded.
                return FailoverErrors.NotVerified(missing.Name, Primary.Name, missing.Failure);
            }

            await EnsureFreeAsync(recorded, cancellationToken).ConfigureAwait(false);
            var chain = PairingDocument.New(ProviderRole.Primary) with { Members = [.. _members.Select(member => member.Id!.Value)], Replaces = recorded?.Group, Version = recorded?.Version ?? DocumentETag.None };
            if (await Primary.TryWriteAsync(chain, cancellationToken).ConfigureAwait(false))
            {
                Log.ChainRecorded(logger, chain.Group, Primary.Name, string.Join(", ", Fallbacks.Select(fallback => fallback.Name)));
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
    private async Task EnsureFreeAsync(PairingDocument? replaced, CancellationToken cancellationToken)
    {
        foreach (var fallback in Fallbacks)
        {
            EnsureNotOfAnother(fallback, await fallback.ReadAsync(cancellationToken).ConfigureAwait(false), Primary.Id!.Value);
            if (replaced is not null)
            {
                await EnsureNoHintsAsync(fallback, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the copy of the record on a fallback of the verified chain, unless it exists.</summary>
    private async Task<StorageUnavailableException?> RecordOnFallbackAsync(Member fallback, CancellationToken cancellationToken)
    {
        var record = _record!;
        if (record.Members[fallback.Position] != fallback.Id)
        {
            throw FailoverErrors.OtherFallback(fallback.Name, Primary.Name, record.Group);
        }

        while (true)
        {
            var copy = await fallback.ReadAsync(cancellationToken).ConfigureAwait(false);
            var isCurrent = copy?.Group == record.Group;
            if (isCurrent && (_location is null || copy!.Locations.Contains(_location)))
            {
                return null;
            }

            if (!isCurrent && copy is not null)
            {
                EnsureNotOfAnother(fallback, copy, record.Members[0]);
                if (copy.Group != record.Replaces && copy.Group != replaces)
                {
                    await EnsureNoHintsAsync(fallback, cancellationToken).ConfigureAwait(false);
                }
            }

            var locations = (isCurrent ? copy!.Locations : []).Union(_location is null ? [] : [_location]);
            var claim = (isCurrent ? copy! : record) with { Role = ProviderRole.Fallback, Locations = [.. locations], Version = copy?.Version ?? DocumentETag.None };
            if (await fallback.TryWriteAsync(claim, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    /// <summary>Accepts a fallback by its own copy of the record, while the primary is unavailable.</summary>
    private async Task<StorageUnavailableException?> AcceptByCopyAsync(Member fallback, CancellationToken cancellationToken)
    {
        var copy = await fallback.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (copy is null || (_location is not null && copy.Locations.Length > 0 && !copy.Locations.Contains(_location)))
        {
            return FailoverErrors.NotVerified(fallback.Name, Primary.Name, Primary.Failure);
        }

        if (copy.Members.Length != _members.Length || copy.Members[fallback.Position] != fallback.Id)
        {
            throw FailoverErrors.OtherFallback(fallback.Name, Primary.Name, copy.Group);
        }

        if (_record is { } other && other.Group != copy.Group && other.Group != copy.Replaces && other.Replaces != copy.Group)
        {
            throw FailoverErrors.TwoChains(Primary.Name, copy.Group);
        }

        _record ??= copy;
        return null;
    }

    private void EnsureNotOfAnother(Member fallback, PairingDocument? copy, Guid primary)
    {
        if (copy is not null && copy.Members.FirstOrDefault() != primary && copy.Group != replaces)
        {
            throw FailoverErrors.OfAnotherPrimary(fallback.Name, Primary.Name, copy.Group);
        }
    }

    private async Task EnsureNoHintsAsync(Member fallback, CancellationToken cancellationToken)
    {
        if ((await fallback.Provider.Documents.ListAsync(HintStore.Prefix, HintLease.Name, 1, cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            throw FailoverErrors.ChainInUse(Primary.Name, fallback.Name);
        }
    }

    /// <summary>
    /// Returns whether the record contains the configured fallbacks in their order, as far as the fallbacks answer.
    /// </summary>
    private bool HasSameFallbacks(PairingDocument recorded) =>
        recorded.Members.Length == _members.Length && Fallbacks.All(fallback => fallback.Id is not { } id || id == recorded.Members[fallback.Position]);

    /// <summary>
    /// Returns a hash of the locations of a provider, for comparison only, or null if the provider has none.
    /// </summary>
    private static string? HashOfLocations(IImageProvider provider) => provider.GetAbility<IStoreLocationProvider>()?.Locations is { Count: > 0 } locations
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', locations.Order(StringComparer.Ordinal)))).AsSpan(0, 16))
        : null;

    /// <summary>A provider of the chain, and what the last verification has found.</summary>
    private sealed class Member(int position, string name, IImageProvider provider)
    {
        private readonly DocumentName _document = position == 0 ? PairingDocument.OfPrimary : PairingDocument.OfFallback;
        private volatile bool _isVerified;

        public int Position => position;

        public string Name => name;

        public IImageProvider Provider => provider;

        public bool IsVerified
        {
            get => _isVerified;
            set => _isVerified = value;
        }

        public Guid? Id { get; set; }

        /// <summary>Gets or sets the reason why the provider could not be verified, or null.</summary>
        public StorageUnavailableException? Failure { get; set; }

        public Task<PairingDocument?> ReadAsync(CancellationToken cancellationToken) => PairingDocument.ReadAsync(provider.Documents, _document, name, cancellationToken);

        public Task<bool> TryWriteAsync(PairingDocument document, CancellationToken cancellationToken) => document.TryWriteAsync(provider.Documents, _document, cancellationToken);

        /// <summary>Runs a step, and records the reason why it could not be done now.</summary>
        public async Task TryAsync(Func<Task<StorageUnavailableException?>> step)
        {
            try
            {
                Failure = await step().ConfigureAwait(false);
            }
            catch (StorageUnavailableException failure)
            {
                Failure = failure;
            }
        }
    }
}
