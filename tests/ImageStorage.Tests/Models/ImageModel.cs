using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Models;

/// <summary>
/// Predicts the results of a store of several parts, whatever fails. Each image has one possible state, or several if
/// the outcome of a write is unknown. The first read decides the state, and all later reads must agree.
/// </summary>
/// <param name="storage">The store, as opened by the current process.</param>
/// <param name="restart">Continues as a new process.</param>
internal sealed class ImageModel(Func<IImageStorage> storage, Action restart)
{
    private readonly Dictionary<ImageKey, HashSet<ModelState?>> _possible = Keys.ToDictionary(key => key, _ => new HashSet<ModelState?> { null });
    private int _seed;

    public static ImageKey[] Keys { get; } = ["a", "b/c", "d"];

    /// <summary>The length of a large image.</summary>
    public int LargeLength { get; init; }

    /// <summary>Gets or sets a function that returns whether a listing of an image must agree with a read.</summary>
    public Func<ImageKey, Task<bool>> IsListedAsync { get; init; } = _ => Task.FromResult(true);

    /// <summary>
    /// Gets or sets a function that returns whether the only available part may have a damaged image.
    /// </summary>
    public Func<bool> MayBeDamaged { get; init; } = () => false;

    /// <summary>Gets the states of the images, after each has been read.</summary>
    public IEnumerable<ModelState> Existing => _possible.Values.Select(states => states.Single()).OfType<ModelState>();

    /// <summary>Returns whether an image that has been read exists.</summary>
    public bool Exists(ImageKey key) => _possible[key].Single() is not null;

    public Task StepAsync(ModelAct act, ImageKey key) => act switch
    {
        ModelAct.Save => SaveAsync(key, null),
        ModelAct.SaveCreateOnly => SaveAsync(key, IfNoneMatch.Any),
        ModelAct.SaveIfMatch => SaveIfMatchAsync(key),
        ModelAct.SaveLarge or ModelAct.SaveLargeOfUnknownLength => SaveAsync(key, null, isLarge: true, isKnown: act == ModelAct.SaveLarge),
        ModelAct.Update => UpdateAsync(key),
        ModelAct.Delete => DeleteAsync(key),
        ModelAct.DeleteIfMatch => DeleteIfMatchAsync(key),
        ModelAct.Copy => CopyAsync(key, null),
        ModelAct.CopyCreateOnly => CopyAsync(key, IfNoneMatch.Any),
        ModelAct.Read => TryAsync(() => ReadAsync(key)),
        ModelAct.Info => TryAsync(() => InfoAsync(key)),
        ModelAct.List => TryAsync(ListAsync),
        _ => throw new InvalidOperationException($"{act} is no act of this model."),
    };

    public async Task ReadAllAsync()
    {
        foreach (var key in Keys)
        {
            await ReadAsync(key);
        }
    }

    public async Task CheckCountAsync() => Assert.That((await storage().GetUsageAsync()).Count, Is.EqualTo(Existing.Count()));

    public Task<ModelOutcome> TryAsync(Func<Task> call) => ModelCalls.TryAsync(
        async () =>
        {
            try
            {
                await call();
            }
            catch (ImageCorruptedException exception) when (MayBeDamaged())
            {
                throw new StorageUnavailableException("The only replica that answers has the image damaged.", exception);
            }
        },
        restart);

    private async Task SaveAsync(ImageKey key, Precondition? precondition, bool isLarge = false, bool isKnown = true)
    {
        var seed = ++_seed;
        var image = isLarge ? SampleImages.OfLength(LargeLength, seed) : Pair.Image(seed);
        var before = _possible[key].ToHashSet();
        var outcome = await TryAsync(async () =>
        {
            await using var source = isKnown ? new MemoryStream(image) : (Stream)new SourceStream(image);
            await storage().SaveAsync(key, source, new SaveOptions { Precondition = precondition });
        });
        var state = new ModelState(Convert.ToHexString(image), null);
        if (outcome == ModelOutcome.Done)
        {
            Assert.That(precondition is null || before.Any(existing => precondition is IfNoneMatch ? existing is null : existing is not null), Is.True, $"A conditional save of '{key}' succeeded where it could not.");
            _possible[key] = [state];
        }
        else if (outcome == ModelOutcome.Unknown)
        {
            _possible[key].Add(state);
        }
        else
        {
            // A conflict shows the state, too, unless a retry could have met its own effect: nothing retries here.
            _possible[key].RemoveWhere(existing => precondition is IfNoneMatch && existing is null);
            Assert.That(_possible[key], Is.Not.Empty, $"A create-only save of '{key}' conflicted with nothing.");
        }
    }

    private async Task SaveIfMatchAsync(ImageKey key)
    {
        ImageInfo? info = null;
        if (await TryAsync(async () => info = await InfoAsync(key)) == ModelOutcome.Done && info is not null)
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
                await storage().UpdateAsync(key, new ImageUpdate { Tags = [tag] });
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
        else if (outcome == ModelOutcome.Done)
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
        if (await TryAsync(() => storage().DeleteAsync(key)) == ModelOutcome.Done)
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
        if (await TryAsync(async () => info = await InfoAsync(key)) == ModelOutcome.Done && info is not null)
        {
            var outcome = await TryAsync(() => storage().DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(info.ETag) }));
            if (outcome == ModelOutcome.Done)
            {
                _possible[key] = [null];
            }
            else if (outcome == ModelOutcome.Unknown)
            {
                _possible[key].Add(null);
            }
        }
    }

    /// <summary>Copies an image over the next one.</summary>
    private async Task CopyAsync(ImageKey key, Precondition? precondition)
    {
        var target = Keys[(Array.IndexOf(Keys, key) + 1) % Keys.Length];
        var copied = _possible[key].OfType<ModelState>().ToHashSet<ModelState?>();
        var isMissing = false;
        var outcome = await TryAsync(async () =>
        {
            try
            {
                await storage().CopyAsync(key, target, new CopyOptions { Precondition = precondition });
            }
            catch (ImageNotFoundException)
            {
                isMissing = true;
            }
        });
        if (isMissing)
        {
            Observe(key, null, "copy");
        }
        else if (outcome == ModelOutcome.Done)
        {
            Assert.That(copied, Is.Not.Empty, $"A copy found a '{key}' that was deleted.");
            Assert.That(precondition is null || _possible[target].Contains(null), Is.True, $"A create-only copy over '{target}' succeeded where it could not.");
            _possible[key].Remove(null);
            _possible[target] = copied;
        }
        else if (outcome == ModelOutcome.Unknown)
        {
            _possible[target].UnionWith(copied);
        }
        else
        {
            Assert.That(precondition, Is.Not.Null, $"A copy of '{key}' conflicted without a precondition.");
            _possible[target].Remove(null);
            Assert.That(_possible[target], Is.Not.Empty, $"A create-only copy over '{target}' conflicted with nothing.");
        }
    }

    public async Task ReadAsync(ImageKey key)
    {
        await using var image = await storage().GetAsync(key);
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
        var info = await storage().GetInfoAsync(key);
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

    public async Task ListAsync()
    {
        var order = (ImageOrder)(_seed % 3);
        var listed = new Dictionary<ImageKey, ImageInfo>();
        var query = new ImageQuery { Order = order, Limit = 1 + (_seed % 2) };
        do
        {
            var page = await storage().ListAsync(query);
            foreach (var info in page.Items)
            {
                Assert.That(listed.TryAdd(info.Key, info), Is.True, $"'{info.Key}' was listed twice.");
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        Assert.That(listed.Keys, Is.SubsetOf(Keys), "An image was listed that was never saved.");
        foreach (var key in Keys)
        {
            if (await IsListedAsync(key))
            {
                Observe(key, listed.TryGetValue(key, out var info) ? StateOf(key, info) : null, "list");
            }
        }
    }

    /// <summary>Returns the possible state of a record. A record shows less than the bytes.</summary>
    private ModelState? StateOf(ImageKey key, ImageInfo info) =>
        _possible[key].OfType<ModelState>().SingleOrDefault(state => state.Tag == info.Tags.SingleOrDefault()
            && PieceContent.DigestOf(Convert.FromHexString(state.Bytes)) == info.Digest)
        ?? new ModelState($"a record of other bytes, {info.Sha256}", info.Tags.SingleOrDefault());

    private void Observe(ImageKey key, ModelState? seen, string how)
    {
        Assert.That(_possible[key], Does.Contain(seen), $"A {how} of '{key}' gave a state that is stale, resurrected or lost.");
        _possible[key] = [seen];
    }
}
