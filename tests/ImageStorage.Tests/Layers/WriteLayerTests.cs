using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Layers;

/// <summary>A write layer takes part in every write. What happens when a hook or the provider fails is the same for each path.</summary>
public class WriteLayerTests
{
    private static readonly ImageKey Key = "a.png";
    private static readonly byte[] Image = SampleImages.Png(3, 2);
    private InMemoryImageProvider _provider = null!;

    private static readonly Dictionary<string, Func<IImageProvider, ImageInfo, Task>> Paths = new()
    {
        ["save"] = (provider, _) => SaveAsync(provider),
        ["update"] = (provider, _) => provider.UpdateAsync(Key, new RecordUpdate { FileName = "new.png" }),
        ["delete"] = (provider, _) => provider.DeleteAsync(Key),
        ["delete of a version"] = (provider, before) => provider.DeleteAsync(Key, new DeleteOptions { Precondition = new IfMatch(before.ETag) }),
        ["commit of a save"] = (provider, _) => CommitSaveAsync(provider),
        ["commit of an update"] = (provider, _) => provider.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicUpdate(Key, new RecordUpdate { FileName = "new.png" })]),
        ["commit of a delete"] = (provider, _) => provider.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDelete(Key)]),
        ["restore"] = (provider, before) => provider.GetAbility<IVersionKeeper>()!.RestoreAsync("kept", Key, before.ETag),
    };

    private static readonly string[] PathNames = [.. Paths.Keys];

    [SetUp]
    public void SetUp() => _provider = new InMemoryImageProvider();

    [TearDown]
    public void TearDown() => _provider.Dispose();

    [Test]
    public async Task Write_passes_the_hooks_once_and_in_order([ValueSource(nameof(PathNames))] string path)
    {
        var (layer, before) = await ReadyAsync();

        await Paths[path](layer, before);

        Assert.That(layer.Seen, Is.EqualTo(new[] { ExpectedBefore(path), ExpectedAfter(path) }));
    }

    [Test]
    public async Task Hook_that_refuses_a_write_prevents_it([Values] bool isLate, [ValueSource(nameof(PathNames))] string path)
    {
        var (layer, before) = await ReadyAsync();
        (layer.Refuses, layer.IsLate) = (true, isLate);

        Assert.That(async () => await Paths[path](layer, before), Throws.InstanceOf<StorageNotSupportedException>());

        Assert.That(await _provider.GetInfoAsync(Key), Is.EqualTo(before), "The write was passed on.");
        Assert.That(layer.Seen, Is.Empty);
    }

    // The write stays, the caller gets the exception, and the layer outside still runs.
    [Test]
    public async Task Hook_that_fails_after_a_write_fails_the_call_and_not_the_write([Values] bool isLate, [ValueSource(nameof(PathNames))] string path)
    {
        var (layer, before) = await ReadyAsync();
        (layer.FailsAfter, layer.IsLate) = (true, isLate);
        var outer = new Hooked(layer);

        Assert.That(async () => await Paths[path](outer, before), Throws.InvalidOperationException.With.Message.EqualTo("After."));

        Assert.That(await _provider.GetInfoAsync(Key), path == "restore" ? Is.EqualTo(before) : Is.Not.EqualTo(before), "The write was undone.");
        Assert.That(outer.Seen[^1], Does.StartWith("after Unknown"));
    }

    [Test]
    public async Task Failed_write_calls_the_hook_with_an_unknown_outcome([Values] bool hasTakenEffect, [Values] bool failsAfter, [ValueSource(nameof(PathNames))] string path)
    {
        var (_, before) = await ReadyAsync();
        var lossy = new FaultInjectingProvider(_provider, call => call.HasTakenEffect == hasTakenEffect && call.Operation is not ProviderOperation.Prepare ? new StorageUnavailableException("Lost.") : null);
        var layer = new Hooked(lossy) { FailsAfter = failsAfter };

        var failure = Assert.CatchAsync<StorageUnavailableException>(() => Paths[path](layer, before))!;

        Assert.That(failure.Message, Is.EqualTo("Lost."), "The failure of the write counts.");
        Assert.That((failure.Data[WriteLayer.HookFailure] as Exception)?.Message, Is.EqualTo(failsAfter ? "After." : null));
        Assert.That(layer.Seen[^1], Is.EqualTo("after Unknown"));
    }

    [Test]
    public async Task Cancelled_call_reaches_neither_hook_nor_provider([ValueSource(nameof(PathNames))] string path)
    {
        var (layer, before) = await ReadyAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var cancelling = new Cancelling(layer, cancelled.Token);

        Assert.That(async () => await Paths[path](cancelling, before), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(layer.Seen, path == "commit of a save" ? Is.EqualTo(new[] { "before put" }) : Is.Empty, "The preparation was not cancelled; everything else was.");
        Assert.That(await _provider.GetInfoAsync(Key), Is.EqualTo(before));
    }

    [Test]
    public async Task Write_that_finds_no_image_has_the_outcome_none()
    {
        await using var provider = new InMemoryImageProvider();
        var layer = new Hooked(provider);

        await layer.DeleteAsync(Key);
        await layer.UpdateAsync(Key, new RecordUpdate { FileName = "f" });
        await layer.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDelete(Key)]);
        await layer.GetAbility<IVersionKeeper>()!.RestoreAsync("none", Key, null);

        Assert.That(layer.Seen.Where(seen => seen.StartsWith("after", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Repeat("after None", 4)));
    }

    [Test]
    public async Task Hook_changes_what_is_saved_updated_and_deleted()
    {
        await using var provider = new InMemoryImageProvider();
        await using var layer = new Changing(provider);

        await SaveAsync(layer);
        Assert.That((await provider.GetInfoAsync(Key))!.FileName, Is.EqualTo("changed.png"));
        await CommitSaveAsync(layer);
        Assert.That((await provider.GetInfoAsync(Key))!.FileName, Is.EqualTo("changed.png"));
        await layer.UpdateAsync(Key, new RecordUpdate { FileName = "f" });
        Assert.That((await provider.GetInfoAsync(Key))!.FileName, Is.EqualTo("updated.png"));
        await layer.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicUpdate(Key, new RecordUpdate { FileName = "f" })]);
        Assert.That((await provider.GetInfoAsync(Key))!.FileName, Is.EqualTo("updated.png"));
        Assert.That(async () => await layer.DeleteAsync(Key), Throws.InstanceOf<ImageConflictException>(), "The precondition of the hook applies.");
        Assert.That(async () => await layer.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDelete(Key)]), Throws.InstanceOf<ImageConflictException>());
    }

    // A layer outside must never see the encoding: not in results, outcomes, infos, listings or callbacks.
    [Test]
    public async Task Records_of_a_layer_that_changes_bytes_are_decoded_everywhere()
    {
        await using var encoding = new Encoding(new InMemoryImageProvider());
        var seen = new List<ImageInfo?>();
        var outer = new Outcomes(encoding, seen);
        PutRequest Request() => RequestFor(Image) with
        {
            BeforeCommit = (info, _) =>
            {
                seen.Add(info);
                return ValueTask.CompletedTask;
            },
        };

        seen.Add(await outer.PutAsync(Request()));
        var atomic = outer.GetAbility<IAtomicProvider>()!;
        await using (var prepared = await atomic.PrepareAsync(Request()))
        {
            seen.AddRange(await atomic.CommitAsync([new AtomicPut(prepared)]));
        }

        seen.AddRange([await outer.UpdateAsync(Key, new RecordUpdate { FileName = "f" }), await outer.GetInfoAsync(Key), .. (await outer.ListAsync(new ImageQuery())).Items]);
        seen.Add(await outer.CopyAsync(new CopyRequest { Source = Key, SourceETag = seen[^1]!.ETag, Target = "copy.png" }));
        Assert.That(seen, Has.Count.EqualTo(12));
        Assert.That(seen.Select(info => info!.Encoding), Is.All.Null);
    }

    // Transactions read the source of a copy on the primary.
    [Test]
    public async Task Bytes_read_through_the_route_to_the_primary_are_decoded()
    {
        await using var failover = new FailoverProvider(
            new InMemoryImageProvider(), [new InMemoryImageProvider()], new FailoverOptions { ReconcileInterval = null }, TimeProvider.System, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        await using var encoding = new Encoding(failover);
        var layer = new Hooked(encoding);
        await SaveAsync(layer);

        foreach (var provider in (IImageProvider[])[layer, layer.GetAbility<IPrimaryRoute>()!.Primary])
        {
            await using var image = (await provider.OpenReadAsync(Key))!;
            Assert.That(image.Info.Encoding, Is.Null);
            Assert.That(encoding.Decoded.Exists(stream => ReferenceEquals(stream, image.Content)), Is.True, "The bytes were not decoded.");
        }
    }

    [Test]
    public async Task Record_that_a_layer_cannot_decode_is_unlisted_and_hides_no_other()
    {
        await using var provider = new InMemoryImageProvider();
        await using var encoding = new Encoding(provider);
        foreach (var key in new ImageKey[] { "a.png", "b.png", "c.png" })
        {
            await encoding.PutAsync(RequestFor(Image) with { Key = key });
        }

        encoding.Undecodable = "b.png";

        var page = await encoding.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending });

        Assert.That(page.Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "a.png", "c.png" }));
        Assert.That(page.Unlisted.Select(image => (image.Name, image.Status)), Is.EqualTo(new[] { ("b.png", VerificationStatus.Newer) }));
    }

    [Test]
    public async Task Hook_must_not_change_the_key()
    {
        await using var provider = new InMemoryImageProvider();
        await using var layer = new Renaming(provider);

        Assert.That(async () => await SaveAsync(layer), Throws.InvalidOperationException.With.Message.Contains("key"));
        Assert.That(async () => await CommitSaveAsync(layer), Throws.InvalidOperationException.With.Message.Contains("key"));
    }

    [Test]
    public async Task Commit_calls_the_hook_for_every_image_also_after_an_exception()
    {
        await using var provider = new InMemoryImageProvider();
        var layer = new Hooked(provider) { FailsAfter = true };
        var atomic = layer.GetAbility<IAtomicProvider>()!;

        Assert.That(async () => await atomic.CommitAsync([new AtomicDelete(Key), new AtomicDocument("a/b", default(ReadOnlyMemory<byte>)), new AtomicDelete("b.png")]), Throws.InvalidOperationException);

        Assert.That(layer.Seen.Count(seen => seen.StartsWith("after", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task Writes_to_the_primary_of_a_failover_pass_the_hooks()
    {
        await using var failover = new FailoverProvider(
            new InMemoryImageProvider(), [new InMemoryImageProvider()], new FailoverOptions { ReconcileInterval = null }, TimeProvider.System, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        var layer = new Hooked(failover);
        var primary = layer.GetAbility<IPrimaryRoute>()!.Primary;

        await SaveAsync(primary);
        await CommitSaveAsync(primary);
        await primary.DeleteAsync(Key);

        Assert.That(layer.Seen.Select(seen => seen.Split(' ')[0] + " " + seen.Split(' ')[1]), Is.EqualTo(new[] { "before put", "after Saved", "before put", "after Saved", "before delete", "after Deleted" }));
    }

    [Test]
    public async Task Hook_that_throws_at_once_fails_the_task([Values("save", "update", "delete")] string path, [Values] bool isAfter)
    {
        await SaveAsync(_provider);
        await using var layer = new ThrowingAtOnce(_provider, isAfter);

        Task? writing = null;
        Assert.That(() => { writing = path == "save" ? layer.PutAsync(RequestFor(Image)) : path == "update" ? layer.UpdateAsync(Key, new RecordUpdate()) : layer.DeleteAsync(Key); }, Throws.Nothing);

        Assert.That(async () => await writing!, Throws.TypeOf<NotSupportedException>());
    }

    private sealed class ThrowingAtOnce(IImageProvider inner, bool isAfter) : WriteLayer(inner)
    {
        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => isAfter ? new(request) : throw new NotSupportedException();

        protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => isAfter ? new(update) : throw new NotSupportedException();

        protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => isAfter ? new(precondition) : throw new NotSupportedException();

        protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome) => throw new NotSupportedException();
    }

    // Without an asynchronous step the layer returns the task of the provider.
    [Test]
    public async Task Synchronous_write_through_synchronous_hooks_allocates_nothing()
    {
        var layer = new Constant(new Completed());
        var request = RequestFor(Image);
        var expected = layer.PutAsync(request);
        long allocated;
        for (var i = 0; ; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = layer.PutAsync(request);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0 || i == 1000)
            {
                break;
            }
        }

        Assert.That(allocated, Is.Zero);
        Assert.That(layer.PutAsync(request), Is.SameAs(expected));
        await expected;
    }

    private static PutRequest RequestFor(byte[] image) => new() { Key = Key, Content = new PieceContent(image, 64), ContentType = "image/png", Width = 3, Height = 2 };

    private static Task<ImageInfo> SaveAsync(IImageProvider provider) => provider.PutAsync(RequestFor(Image));

    private static async Task CommitSaveAsync(IImageProvider provider)
    {
        var atomic = provider.GetAbility<IAtomicProvider>()!;
        await using var prepared = await atomic.PrepareAsync(RequestFor(Image));
        await atomic.CommitAsync([new AtomicPut(prepared)]);
    }

    private static string ExpectedBefore(string path) => path switch
    {
        "save" or "commit of a save" => "before put",
        "update" or "commit of an update" => "before update",
        "restore" => "before restore kept",
        "delete of a version" => "before delete of a version",
        _ => "before delete",
    };

    private static string ExpectedAfter(string path) => path switch
    {
        "save" or "commit of a save" => "after Saved with a record",
        "update" or "commit of an update" => "after Updated with a record",
        "restore" => "after Restored",
        "commit of a delete" => "after Deleted with a record",
        _ => "after Deleted",
    };

    /// <summary>Returns a layer over a store with one image and a retained version of it.</summary>
    private async Task<(Hooked Layer, ImageInfo Before)> ReadyAsync()
    {
        var keeper = _provider.GetAbility<IVersionKeeper>()!;
        var info = await SaveAsync(_provider);
        await keeper.DropAsync("kept");
        await keeper.RetainAsync("kept", Key, info.ETag);
        return (new Hooked(_provider), info);
    }

    private sealed class Hooked(IImageProvider inner) : WriteLayer(inner)
    {
        public List<string> Seen { get; } = [];

        public bool Refuses { get; set; }

        public bool FailsAfter { get; set; }

        public bool IsLate { get; set; }

        protected override async ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken)
        {
            await SeeAsync("before put");
            return request;
        }

        protected override async ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken)
        {
            await SeeAsync("before update");
            return update;
        }

        protected override async ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken)
        {
            await SeeAsync(precondition is null ? "before delete" : "before delete of a version");
            return precondition;
        }

        protected override async ValueTask BeforeRestoreAsync(ImageKey key, string id, CancellationToken cancellationToken) => await SeeAsync($"before restore {id}");

        protected override async ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome)
        {
            if (IsLate)
            {
                await Task.Yield();
            }

            Seen.Add(outcome.Info is null ? $"after {outcome.Effect}" : $"after {outcome.Effect} with a record");
            if (FailsAfter)
            {
                throw new InvalidOperationException("After.");
            }
        }

        private async ValueTask SeeAsync(string hook)
        {
            if (IsLate)
            {
                await Task.Yield();
            }

            if (Refuses)
            {
                throw new StorageNotSupportedException("Refused.");
            }

            Seen.Add(hook);
        }
    }

    private sealed class Changing(IImageProvider inner) : WriteLayer(inner)
    {
        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => new(request with { FileName = "changed.png" });

        protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => new(update with { FileName = "updated.png" });

        protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => new(new IfMatch(new ImageETag("other")));
    }

    private sealed class Encoding(IImageProvider inner) : WriteLayer(inner)
    {
        public List<Stream> Decoded { get; } = [];

        public ImageKey? Undecodable { get; set; }

        protected override bool ChangesBytes => true;

        protected override async Task<StoredImage?> OpenDecodedAsync(IImageProvider provider, ImageKey key, GetOptions? options, CancellationToken cancellationToken)
        {
            var stored = await provider.OpenReadAsync(key, options, cancellationToken);
            Decoded.Add(stored!.Content);
            return new StoredImage(DecodeRecord(stored.Info), stored.Content, stored.Range);
        }

        protected override ImageInfo DecodeRecord(ImageInfo stored) => stored.Key == Undecodable ? throw new StorageNotSupportedException("No key decrypts the image.") { Key = stored.Key }
            : stored.Encoding?.Name == "same" ? stored with { Encoding = null } : throw new InvalidOperationException("The record is decoded already.");

        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => new(request with { Encoding = "same" });
    }

    private sealed class Outcomes(IImageProvider inner, List<ImageInfo?> seen) : WriteLayer(inner)
    {
        protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome)
        {
            seen.Add(outcome.Info);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Renaming(IImageProvider inner) : WriteLayer(inner)
    {
        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => new(request with { Key = "other.png" });
    }

    private sealed class Constant(IImageProvider inner) : WriteLayer(inner);

    /// <summary>A provider that completes synchronously.</summary>
    private sealed class Completed() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        private readonly Task<ImageInfo> _saved = Task.FromResult<ImageInfo>(null!);

        public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => _saved;
    }

    /// <summary>Replaces the token of every call.</summary>
    private sealed class Cancelling(IImageProvider inner, CancellationToken token) : InterceptingImageProvider(inner)
    {
        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
            proceed(state, intercepted.Operation == ProviderOperation.Prepare ? cancellationToken : token);
    }
}
