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
