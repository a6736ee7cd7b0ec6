using ImageStorage.Errors;
using ImageStorage.Listing;
using ImageStorage.Mirroring;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>
/// What a mirrored store must answer, whatever fails. For each image a set of states is possible: one, unless the outcome of a
/// write is unknown; the first read tells which, and from then on it must stay.
/// </summary>
internal sealed class MirrorModel(MirrorPair pair)
{
    private static readonly ImageKey[] Keys = ["a", "b/c", "d"];
    private readonly Dictionary<ImageKey, HashSet<ModelState?>> _possible = Keys.ToDictionary(key => key, _ => new HashSet<ModelState?> { null });
    private int _seed;
    private bool _primaryDown;
    private bool _hasFault;
    private bool _mirrorDown;

    public async Task RunAsync(IEnumerable<MirrorStep> steps)
    {
        foreach (var step in steps)
        {
            pair.Clock.Advance(TimeSpan.FromMilliseconds(step.Fault % 5));
            SetFault(step.Fault);
            await StepAsync(step.Act, Keys[step.Key]);

            // Repairs run beside the reads that began them; here they are part of the step, so that a sequence always goes the same way.
            await TryAsync(() => pair.Provider.WaitForRepairsAsync());
        }

        await SettleAsync();
    }

    /// <summary>Both sides come back, and all is brought to the primary: nothing is lost, and the primary alone says the same.</summary>
    private async Task SettleAsync()
    {
        (_primaryDown, _mirrorDown) = (false, false);
        SetFault(0);
        foreach (var key in Keys)
        {
            await ReadAsync(key);
        }

        await pair.Provider.WaitForRepairsAsync();
        await pair.Provider.ReconcileAsync();
        var status = await pair.Provider.GetStatusAsync();
        Assert.That(status, Is.EqualTo(new ImageStorage.Failover.FailoverStatus(ImageStorage.Failover.FailoverState.Healthy, "First", [new ImageStorage.Failover.FallbackStatus("Second", 0)])), "After a reconciliation with both sides up.");
        foreach (var key in Keys)
        {
            await ReadAsync(key);
            Assert.That(await pair.Primary.Store.GetInfoAsync(key) is null, Is.EqualTo(_possible[key].Single() is null), $"'{key}' on the primary alone, after the reconciliation.");
        }

        await pair.AssertEqualAsync();
        await ListAsync();
        Assert.That((await pair.Storage.GetUsageAsync()).Count, Is.EqualTo(_possible.Values.Count(states => states.Single() is not null)));
    }

    private Task StepAsync(MirrorAct act, ImageKey key)
    {
        switch (act)
        {
            case MirrorAct.PrimaryDown or MirrorAct.PrimaryUp:
                _primaryDown = act == MirrorAct.PrimaryDown;
                return Task.CompletedTask;
            case MirrorAct.MirrorDown or MirrorAct.MirrorUp:
                _mirrorDown = act == MirrorAct.MirrorDown;
                return Task.CompletedTask;
            case MirrorAct.Restart:
                pair.Restart();
                return Task.CompletedTask;
            case MirrorAct.Reconcile:
                return TryAsync(() => pair.Provider.ReconcileAsync());
            case MirrorAct.Resync:
                return TryAsync(() => pair.Provider.ResyncAsync());
            case MirrorAct.DamagePrimary or MirrorAct.DamageMirror:
                return DamageAsync(key, act == MirrorAct.DamagePrimary ? pair.Primary : pair.Mirror, act == MirrorAct.DamagePrimary ? pair.Mirror : pair.Primary);
            default:
                return act switch
                {
                    MirrorAct.Save => SaveAsync(key, null),
                    MirrorAct.SaveCreateOnly => SaveAsync(key, IfNoneMatch.Any),
                    MirrorAct.SaveIfMatch => SaveIfMatchAsync(key),
                    MirrorAct.Update => UpdateAsync(key),
                    MirrorAct.Delete => DeleteAsync(key),
                    MirrorAct.DeleteIfMatch => DeleteIfMatchAsync(key),
                    MirrorAct.Read => TryAsync(() => ReadAsync(key)),
                    MirrorAct.Info => TryAsync(() => InfoAsync(key)),
                    _ => TryAsync(ListAsync),
                };
        }
    }

    /// <summary>A medium damages what the other one has, too: damage to the only copy is a loss that no mirror can mend.</summary>
    private static async Task DamageAsync(ImageKey key, MirrorSideOfTests side, MirrorSideOfTests other)
    {
        if (await side.Store.GetInfoAsync(key) is { } info && !other.IsDamaged(key) && await other.Store.GetInfoAsync(key) == info)
        {
            side.Damage(key);
        }
    }

    /// <summary>A side that is down fails every call; else the n-th call of one side fails once, and with it the process may lose what it knew.</summary>
    private void SetFault(int fault)
    {
        _hasFault = fault > 0;
        var remaining = fault / 8 % 8;
        var ofPrimary = fault % 2 == 0;
        var after = fault / 2 % 2 == 0;
        var crashes = fault / 4 % 2 == 0;
        pair.Primary.Side.Fault = call => _primaryDown ? (call.HasTakenEffect ? null : pair.Primary.Side.Failure()) : fault > 0 && ofPrimary ? Once(call, pair.Primary.Side) : null;
        pair.Mirror.Side.Fault = call => _mirrorDown ? (call.HasTakenEffect ? null : pair.Mirror.Side.Failure()) : fault > 0 && !ofPrimary ? Once(call, pair.Mirror.Side) : null;

        Exception? Once(Testing.ProviderCall call, Side side) =>
            call.HasTakenEffect != after || remaining-- != 0 ? null : crashes ? new ProcessEndedException() : side.Failure();
    }

    private async Task SaveAsync(ImageKey key, Precondition? precondition)
    {
        var seed = ++_seed;
        ImageInfo? saved = null;
        var before = _possible[key].ToHashSet();
        var outcome = await TryAsync(async () => saved = await pair.Storage.SaveBytesAsync(key, Pair.Image(seed), new SaveOptions { Precondition = precondition }));
        var state = new ModelState(Pair.Hex(seed), null);
        if (outcome == Outcome.Done)
        {
            Assert.That(precondition is null || before.Any(existing => precondition is IfNoneMatch ? existing is null : existing is not null), Is.True, $"A conditional save of '{key}' succeeded where it could not.");
            _possible[key] = [state];
        }
        else if (outcome == Outcome.Unknown)
        {
            _possible[key].Add(state);
        }
        else
        {
            // A conflict is an answer about the state, too, unless a retry could have met its own effect: nothing retries here.
            _possible[key].RemoveWhere(existing => precondition is IfNoneMatch && existing is null);
            Assert.That(_possible[key], Is.Not.Empty, $"A create-only save of '{key}' conflicted with nothing.");
        }
    }

    private async Task SaveIfMatchAsync(ImageKey key)
    {
        ImageInfo? info = null;
        if (await TryAsync(async () => info = await InfoAsync(key)) == Outcome.Done && info is not null)
        {
            await SaveAsync(key, new IfMatch(info.ETag));
        }
    }

    private async Task UpdateAsync(ImageKey key)
    {
        var tag = $"t{++_seed}";
        var before = _possible[key].ToHashSet();
        var isMissing = false;
        var outcome = await TryAsync(async () =>
        {
            try
            {
                await pair.Storage.UpdateAsync(key, new ImageUpdate { Tags = [tag] });
            }
            catch (ImageNotFoundException)
            {
                isMissing = true;
            }
        });
        var after = before.OfType<ModelState>().Select(state => (ModelState?)(state with { Tag = tag })).ToHashSet();
        if (isMissing)
        {
            Assert.That(before, Does.Contain(null), $"An update found no '{key}'.");
            _possible[key] = [null];
        }
        else if (outcome == Outcome.Done)
        {
            Assert.That(after, Is.Not.Empty, $"An update found a '{key}' that was deleted.");
            _possible[key] = after;
        }
        else
        {
            _possible[key].UnionWith(after);
        }
    }

    private async Task DeleteAsync(ImageKey key)
    {
        if (await TryAsync(() => pair.Storage.DeleteAsync(key)) == Outcome.Done)
        {
            _possible[key] = [null];
        }
        else
        {
            _possible[key].Add(null);
        }
    }

    private async Task DeleteIfMatchAsync(ImageKey key)
    {
        ImageInfo? info = null;
        if (await TryAsync(async () => info = await InfoAsync(key)) == Outcome.Done && info is not null)
        {
            var outcome = await TryAsync(() => pair.Storage.DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(info.ETag) }));
            if (outcome == Outcome.Done)
            {
                _possible[key] = [null];
            }
            else if (outcome == Outcome.Unknown)
            {
                _possible[key].Add(null);
            }
        }
    }

    private async Task ReadAsync(ImageKey key)
    {
        await using var image = await pair.Storage.GetAsync(key);
        if (image is null)
        {
            Observe(key, null, "read");
            return;
        }

        using var bytes = new MemoryStream();
        await image.Content.CopyToAsync(bytes);
        Observe(key, new ModelState(Convert.ToHexString(bytes.ToArray()), image.Info.Tags.SingleOrDefault()), "read");
    }

    private async Task<ImageInfo?> InfoAsync(ImageKey key)
    {
        var info = await pair.Storage.GetInfoAsync(key);
        if (info is null)
        {
            Observe(key, null, "info");
        }
        else
        {
            Observe(key, StateOf(key, info), "info");
        }

        return info;
    }

    private async Task ListAsync()
    {
        var order = (ImageOrder)(_seed % 3);
        var listed = new Dictionary<ImageKey, ImageInfo>();
        var query = new ImageQuery { Order = order, Limit = 1 + (_seed % 2) };
        do
        {
            var page = await pair.Storage.ListAsync(query);
            foreach (var info in page.Items)
            {
                Assert.That(listed.TryAdd(info.Key, info), Is.True, $"'{info.Key}' was listed twice.");
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        Assert.That(listed.Keys, Is.SubsetOf(Keys), "Something was listed that nobody saved.");
        foreach (var key in Keys)
        {
            // An image of which a write was cut off between the sides is listed as the mirror has it: docs/mirroring.md.
            if ((await new MirrorNotes(pair.Mirror.Store.Documents).ListDoubtsAsync(key, default)).Count == 0)
            {
                Observe(key, listed.TryGetValue(key, out var info) ? StateOf(key, info) : null, "list");
            }
        }
    }

    /// <summary>The possible state that a record is of; a record says less than bytes do.</summary>
    private ModelState? StateOf(ImageKey key, ImageInfo info) =>
        _possible[key].OfType<ModelState>().SingleOrDefault(state => state.Tag == info.Tags.SingleOrDefault()
            && Testing.PieceContent.DigestOf(Convert.FromHexString(state.Bytes)) == info.Digest)
        ?? new ModelState($"a record of other bytes, {info.Sha256}", info.Tags.SingleOrDefault());

    private void Observe(ImageKey key, ModelState? seen, string how)
    {
        Assert.That(_possible[key], Does.Contain(seen), $"A {how} of '{key}' gave a state that is stale, resurrected or lost.");
        _possible[key] = [seen];
    }

    private async Task<Outcome> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return Outcome.Done;
        }
        catch (ImageConflictException)
        {
            return Outcome.Refused;
        }
        catch (StorageUnavailableException)
        {
            return Outcome.Unknown;
        }
        catch (ImageCorruptedException) when (_primaryDown || _mirrorDown || _hasFault)
        {
            // The only side that answers has it damaged.
            return Outcome.Unknown;
        }
        catch (ProcessEndedException)
        {
            pair.Restart();
            return Outcome.Unknown;
        }
    }

    private enum Outcome
    {
        Done,
        Refused,
        Unknown,
    }
}
