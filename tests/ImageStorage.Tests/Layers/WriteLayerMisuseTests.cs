using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Layers;

/// <summary>A hook that returns what it should not: nothing is written or deleted, and the message names the layer.</summary>
internal sealed class WriteLayerMisuseTests
{
    private static readonly ImageKey Key = "a.png";
    private readonly InMemoryImageProvider _provider = new();

    private static PutRequest Request => new() { Key = Key, Content = new PieceContent(SampleImages.Png(3, 2), 64), ContentType = "image/png", Width = 3, Height = 2 };

    [OneTimeTearDown]
    public void TearDown() => _provider.Dispose();

    // A clean-up deletes the version that it has selected, whatever a layer demands.
    [Test]
    public async Task Hook_does_not_delete_another_version_than_the_caller_demands([Values] bool isAtomic, [Values] bool demandsCurrent)
    {
        var old = await _provider.PutAsync(Request);
        var current = await _provider.PutAsync(Request);
        var layer = new Demanding(_provider, demandsCurrent ? new IfMatch(current.ETag) : null);
        var precondition = new IfMatch(old.ETag);

        Assert.That(
            () => isAtomic ? layer.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDelete(Key, precondition)]) : (Task)layer.DeleteAsync(Key, new DeleteOptions { Precondition = precondition }),
            Throws.InstanceOf<ImageConflictException>());

        Assert.That(await _provider.GetInfoAsync(Key), Is.EqualTo(current));
    }

    [Test]
    public void Hook_that_returns_nothing_is_named()
    {
        var layer = new Forgetful(_provider);
        var atomic = layer.GetAbility<IAtomicProvider>()!;

        Assert.That(() => layer.PutAsync(Request), Throws.InvalidOperationException.With.Message.Contains("Forgetful.BeforePutAsync returned null"));
        Assert.That(() => atomic.PrepareAsync(Request), Throws.InvalidOperationException.With.Message.Contains("BeforePutAsync returned null"));
        Assert.That(() => layer.UpdateAsync(Key, new RecordUpdate()), Throws.InvalidOperationException.With.Message.Contains("BeforeUpdateAsync returned null"));
        Assert.That(() => atomic.CommitAsync([new AtomicUpdate(Key, new RecordUpdate())]), Throws.InvalidOperationException.With.Message.Contains("BeforeUpdateAsync returned null"));
    }

    // LiteDB took the failure of an encoder for a damaged database.
    [Test]
    public async Task Content_of_a_layer_that_fails_is_a_failure_of_the_layer([Values] bool atEnd, [Values] bool isAtomic)
    {
        var before = await _provider.PutAsync(Request);
        var failure = new InvalidOperationException("The encoder is broken.");
        var layer = new Encoding(_provider, content => new Failing(content, failure, atEnd));

        Assert.That(
            () => isAtomic ? layer.GetAbility<IAtomicProvider>()!.PrepareAsync(Request) : (Task)layer.PutAsync(Request),
            Throws.TypeOf<ImageSourceException>().With.InnerException.SameAs(failure).And.Message.Contains("layer Encoding").And.Property("Key").EqualTo(Key));

        Assert.That(await _provider.GetInfoAsync(Key), Is.EqualTo(before));
    }

    private sealed class Encoding(IImageProvider inner, Func<ImageContent, ImageContent> encode) : WriteLayer(inner)
    {
        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => new(request with { Content = encode(request.Content) });
    }

    private sealed class Failing(ImageContent content, Exception failure, bool atEnd) : DelegatingImageContent(content)
    {
        public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default) => atEnd ? base.ReadAsync(cancellationToken) : throw failure;

        public override ValueTask<ContentDigest> GetDigestAsync() => throw failure;
    }

    private sealed class Demanding(IImageProvider inner, IfMatch? version) : WriteLayer(inner)
    {
        protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => new(version);
    }

    private sealed class Forgetful(IImageProvider inner) : WriteLayer(inner)
    {
        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => default;

        protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => default;
    }
}
