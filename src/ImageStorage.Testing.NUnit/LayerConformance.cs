using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Proves that a layer takes part in every write of a store: saves, batches, updates, copies, moves, deletions, clean-ups, transactions
/// with their rollbacks, restores of retained versions, and writes during an outage with their replay; each with one
/// provider, with a fallback and with a mirror. Derive a class for each layer and each provider.
/// </summary>
/// <remarks>
/// After every write, the fixture checks what a read through the layer returns, and that the writes pass a recording
/// layer outside of the layer under test and another inside of it: the layer neither hides nor bypasses a way of
/// writing. <see cref="VerifyAsync"/> checks what the layer itself has to do. The fixture prints the number of writes.
/// </remarks>
/// <typeparam name="THarness">The harness that opens the provider of the store.</typeparam>
[TestFixture]
public abstract partial class LayerConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const string Outside = "outside";
    private const string Inside = "inside";
    private readonly Dictionary<ImageKey, byte[]?> _expected = [];
    private readonly SortedSet<string> _paths = [];
    private readonly List<THarness> _harnesses = [];

    // The layers that record around the layer under test: the outermost, and the one directly around the failover.
    private readonly Dictionary<string, RecordingLayer> _recorders = [];
    private ImageStore? _store;
    private IImageProvider? _bare;
    private volatile bool _isDown;
    private int _count;

    /// <summary>Gets the store under test.</summary>
    protected IImageStorage Storage => _store!.Images;

    /// <summary>Gets the providers of the store with all layers.</summary>
    protected IImageProvider Provider => _store!.GetRequiredService<IImageProvider>();

    /// <summary>Gets the provider of the harness, without layers.</summary>
    protected IImageProvider Bare => _bare!;

    /// <summary>Adds the layer under test, or the layers of a stack, to a store.</summary>
    /// <param name="builder">The builder of the store.</param>
    protected abstract void AddLayer(ImageStorageBuilder builder);

    /// <summary>
    /// Verifies what the layer had to do for a write, for example that the stored bytes in <see cref="Bare"/> are
    /// encrypted. Called after the store has been checked. For a write during an outage, called after the replay.
    /// </summary>
    /// <param name="write">The write.</param>
    protected virtual Task VerifyAsync(LayerWrite write) => Task.CompletedTask;

    /// <summary>Closes the store of a test.</summary>
    [TearDown]
    public async Task CloseStoreAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
            _store = null;
        }

        foreach (var harness in _harnesses)
        {
            await harness.DisposeAsync();
        }

        _harnesses.Clear();

        _expected.Clear();
    }

    /// <summary>Prints the number of writes that were checked.</summary>
    [OneTimeTearDown]
    public void PrintCount() => TestContext.Progress.WriteLine($"{GetType().Name}: {_count} writes by {_paths.Count} paths ({string.Join(", ", _paths)}) were checked.");

    private static byte[] Image(int seed) => SampleImages.OfLength(40_000 + seed, seed);

    private static LayerWrite Saved(ImageKey key, int seed) => new(string.Empty, key, WriteEffect.Saved, Image(seed));

    private static LayerWrite Deleted(ImageKey key) => new(string.Empty, key, WriteEffect.Deleted, null);

    private async Task OpenAsync(StoreComposition composition)
    {
        _isDown = false;
        _bare = await OpenProviderAsync();
        var second = composition == StoreComposition.Alone ? null : await OpenProviderAsync();
        _store = await ImageStore.OpenAsync(builder =>
        {
            builder.UseProvider("Primary", _ => new FaultInjectingProvider(_bare, FaultOf)).WithTransactions();
            builder.AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => _recorders[Outside] = new RecordingLayer(inner)));
            AddLayer(builder);
            builder.AddLayer(Layer.Outside(LayerKind.Failover, (_, inner) => _recorders[Inside] = new RecordingLayer(inner)));
            switch (composition)
            {
                case StoreComposition.WithFallback:
                    builder.WithFallback(fallback => fallback.UseProvider("Second", _ => second!), options => (options.Lease, options.ReconcileInterval) = (TimeSpan.Zero, null));
                    break;
                case StoreComposition.WithMirror:
                    builder.WithMirror(mirror => mirror.UseProvider("Second", _ => second!), options => options.ReconcileInterval = null);
                    break;
            }
        });
    }

    private async Task<IImageProvider> OpenProviderAsync()
    {
        var harness = new THarness();
        _harnesses.Add(harness);
        return await harness.OpenAsync(TimeProvider.System);
    }

    private StorageUnavailableException? FaultOf(ProviderCall call) =>
        _isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is unavailable in this test.", null, isTransient: false) { Provider = "Primary" } : null;

    /// <summary>Saves images that a test then changes.</summary>
    private async Task SeedAsync(params ImageKey[] keys)
    {
        var saved = new List<LayerWrite>();
        foreach (var key in keys)
        {
            await Storage.SaveBytesAsync(key, Image(saved.Count));
            saved.Add(Saved(key, saved.Count));
        }

        await ExpectAsync("save", [.. saved]);
    }

    /// <summary>
    /// Checks that the writes since the last check are exactly these, that both recording layers have seen each of them
    /// with the hooks before and after, and that a read returns their result.
    /// </summary>
    private async Task ExpectAsync(string path, params LayerWrite[] writes)
    {
        AssertRecorded(path, Outside, writes);
        AssertRecorded(path, Inside, writes);
        foreach (var write in writes)
        {
            _expected[write.Key] = write.Image;
        }

        foreach (var write in writes)
        {
            await AssertRecordAsync(path, write);
        }

        await AssertStateAsync(path);
        if (!_isDown)
        {
            await VerifyAllAsync(path, writes);
        }

        _paths.Add(path);
        _count += writes.Length;

        ClearRecorders();
    }

    private void ClearRecorders()
    {
        foreach (var recorder in _recorders.Values)
        {
            recorder.Clear();
        }
    }

    private async Task VerifyAllAsync(string path, IEnumerable<LayerWrite> writes)
    {
        foreach (var image in writes.GroupBy(write => write.Key))
        {
            await VerifyAsync(image.Last() with { Path = path });
        }
    }

    private void AssertRecorded(string path, string position, LayerWrite[] writes)
    {
        var calls = _recorders[position].Writes.ToLookup(write => write.Key);
        Assert.That(calls.Select(call => call.Key.Value), Is.EquivalentTo(writes.Select(write => write.Key.Value).Distinct()), $"{path}: the layer {position} has seen writes of other images.");
        foreach (var image in writes.GroupBy(write => write.Key))
        {
            var expected = image.SelectMany(write => new[] { $"{HookBefore(write)}", $"{WriteHook.AfterWrite} {write.Effect}" });
            var seen = calls[image.Key].Select(call => call.Outcome is { } outcome ? $"{call.Hook} {outcome.Effect}" : $"{HookOf(call)}");
            Assert.That(seen, Is.EqualTo(expected), $"{path}: the layer {position} has not seen the write of '{image.Key}' as it was made.");
        }
    }

    // A layer passes a copy on, or reads and saves the image.
    private static WriteHook HookOf(RecordedWrite call) => call.Hook == WriteHook.BeforeCopy ? WriteHook.BeforePut : call.Hook;

    private static WriteHook HookBefore(LayerWrite write) => write.Effect switch
    {
        WriteEffect.Saved => WriteHook.BeforePut,
        WriteEffect.Updated => WriteHook.BeforeUpdate,
        WriteEffect.Restored => WriteHook.BeforeRestore,
        WriteEffect.Deleted => WriteHook.BeforeDelete,
        _ => write.Image is null ? WriteHook.BeforeDelete : WriteHook.BeforePut,
    };

    /// <summary>Checks that the record of the last outcome is the record that the store shows.</summary>
    private async Task AssertRecordAsync(string path, LayerWrite write)
    {
        if (_recorders[Outside].Writes.Last(call => call.Key == write.Key).Outcome is { Effect: WriteEffect.Saved or WriteEffect.Updated } outcome)
        {
            Assert.That(await Storage.GetInfoAsync(write.Key), Is.EqualTo(outcome.Info), $"{path}: the outcome of '{write.Key}' has another record than the store.");
        }
    }

    /// <summary>
    /// Checks every image of the test. The reads also fill a cache, so that the next write must invalidate the images.
    /// </summary>
    private async Task AssertStateAsync(string path)
    {
        foreach (var (key, image) in _expected)
        {
            var bytes = await Storage.GetBytesAsync(key);
            Assert.That(bytes is null, Is.EqualTo(image is null), $"{path}: '{key}' is {(bytes is null ? "missing" : "still there")}.");
            Assert.That(bytes.AsSpan().SequenceEqual(image), Is.True, $"{path}: a read of '{key}' returns other bytes than were saved last.");
        }
    }
}
