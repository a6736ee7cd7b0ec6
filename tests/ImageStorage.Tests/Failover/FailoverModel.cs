using ImageStorage.Errors;
using ImageStorage.Listing;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>
/// What a store with fallbacks must answer, whatever fails. For each image a set of states is possible: one, unless the outcome of a
/// write is unknown; the first read tells which, and from then on it must stay.
/// </summary>
internal sealed class FailoverModel(Pair pair)
{
    private static readonly ImageKey[] Keys = ["a", "b/c", "d"];
    private readonly Dictionary<ImageKey, HashSet<ModelState?>> _possible = Keys.ToDictionary(key => key, _ => new HashSet<ModelState?> { null });
    private int _seed;
    private readonly ModelFaults _faults = new(pair);

    public async Task RunAsync(IEnumerable<ModelStep> steps)
    {
        foreach (var step in steps)
        {
            pair.Clock.Advance(TimeSpan.FromMilliseconds(step.Fault % 5));
            _faults.Set(step.Fault);
            await StepAsync(step.Act, Keys[step.Key]);
        }

        await SettleAsync();
    }

    /// <summary>All sides come back, and all is brought to the primary: nothing is lost, and the primary alone says the same.</summary>
    private async Task SettleAsync()
    {
        _faults.Clear();
        foreach (var key in Keys)
        {
            await ReadAsync(key);
        }

        await pair.Provider.ReconcileAsync();
        var status = await pair.Provider.GetStatusAsync();
        Assert.That(status.Waiting, Is.Zero, "Something still waits after a reconciliation with all sides up.");
        foreach (var key in Keys)
        {
            await ReadAsync(key);
            await using var image = await pair.Primary.Store.OpenReadAsync(key);
            Assert.That(image is null, Is.EqualTo(_possible[key].Single() is null), $"'{key}' on the primary alone, after the reconciliation.");
        }

        await ListAsync();
        Assert.That((await pair.Storage.GetUsageAsync()).Count, Is.EqualTo(_possible.Values.Count(states => states.Single() is not null)));
        await FindNothingLeftAsync();
    }

    /// <summary>What crashes left is swept, and nothing else: the fallbacks hold what is too long for the primary, each once, and no note.</summary>
    private async Task FindNothingLeftAsync()
    {
        pair.Clock.Advance(TimeSpan.FromHours(25));
        await pair.Provider.ReconcileAsync();
        var left = new List<string>();
        foreach (var side in pair.Sides.Skip(1))
        {
            left.AddRange(await side.KeysAsync());
            Assert.That(await side.Store.Documents.ListAsync("failover/"), Is.Empty, $"Documents were left on {side.Name}.");
        }

        Assert.That(left, Has.All.StartsWith("failover-routed/"), "Bytes were left that nothing names.");
        Assert.That(left, Has.Count.EqualTo(_possible.Values.Count(states => states.Single()?.IsLong == true)), "Bytes of images that are too long for the primary.");
        foreach (var key in Keys)
        {
            await ReadAsync(key);
        }
    }

    private Task StepAsync(ModelAct act, ImageKey key)
    {
        switch (act)
        {
            case ModelAct.PrimaryDown or ModelAct.PrimaryUp:
                _faults.IsDown[0] = act == ModelAct.PrimaryDown;
                return Task.CompletedTask;
            case ModelAct.FallbackDown or ModelAct.FallbackUp:
                _faults.IsDown[1] = act == ModelAct.FallbackDown;
                return Task.CompletedTask;
            case ModelAct.LastDown or ModelAct.LastUp:
                _faults.IsDown[^1] = act == ModelAct.LastDown;
                return Task.CompletedTask;
            case ModelAct.Restart:
                pair.Restart();
                return Task.CompletedTask;
            case ModelAct.Reconcile:
                return TryAsync(() => pair.Provider.ReconcileAsync());
            default:
                return act switch
                {
                    ModelAct.Save => SaveAsync(key, null),
                    ModelAct.SaveCreateOnly => SaveAsync(key, IfNoneMatch.Any),
                    ModelAct.SaveIfMatch => SaveIfMatchAsync(key),
                    ModelAct.SaveLarge or ModelAct.SaveLargeOfUnknownLength => SaveAsync(key, null, isLarge: true, isKnown: act == ModelAct.SaveLarge),
                    ModelAct.Update => UpdateAsync(key),
                    ModelAct.Delete => DeleteAsync(key),
                    ModelAct.DeleteIfMatch => DeleteIfMatchAsync(key),
                    ModelAct.Read => TryAsync(() => ReadAsync(key)),
                    ModelAct.Info => TryAsync(() => InfoAsync(key)),
                    _ => TryAsync(ListAsync),
                };
        }
    }

    private async Task SaveAsync(ImageKey key, Precondition? precondition, bool isLarge = false, bool isKnown = true)
    {
        var seed = ++_seed;
        var image = isLarge ? SampleImages.OfLength(pair.LargeLength(seed), seed) : Pair.Image(seed);
        var before = _possible[key].ToHashSet();
        var outcome = await TryAsync(async () =>
        {
            await using var source = isKnown ? new MemoryStream(image) : (Stream)new SourceStream(image);
            await pair.Storage.SaveAsync(key, source, new SaveOptions { Precondition = precondition });
        });
        var state = new ModelState(Convert.ToHexString(image), null) { IsLong = image.Length > pair.Primary.Store.Capabilities.MaxContentLength };
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
        Observe(key, new ModelState(Convert.ToHexString(bytes.ToArray()), image.Info.Tags.SingleOrDefault()) { IsLong = bytes.Length > pair.Primary.Store.Capabilities.MaxContentLength }, "read");
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
            Observe(key, listed.TryGetValue(key, out var info) ? StateOf(key, info) : null, "list");
        }
    }

    /// <summary>The possible state that a record is of; a record says less than bytes do.</summary>
    private ModelState? StateOf(ImageKey key, ImageInfo info) =>
        _possible[key].OfType<ModelState>().SingleOrDefault(state => state.Tag == info.Tags.SingleOrDefault()
            && PieceContent.DigestOf(Convert.FromHexString(state.Bytes)) == info.Digest)
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
