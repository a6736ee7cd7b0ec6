using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Management;

/// <summary>A copy follows its source when another caller changes the source, also if the conflict names no version.</summary>
internal sealed class CopyTests
{
    private static readonly ImageKey Source = "source.png";
    private static readonly ImageKey Target = "target.png";

    [Test]
    public async Task Source_that_is_overwritten_meanwhile_is_copied_in_its_new_version([Values] bool isNamed)
    {
        var expected = SampleImages.OfLength(400, 2);
        var provider = new OverwritingProvider(async inner => (await new ImageStorageManager(inner).SaveBytesAsync(Source, expected)).ETag) { IsNamed = isNamed };
        using var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync(Source, SampleImages.OfLength(400, 1));

        await storage.CopyAsync(Source, Target);

        Assert.That(await storage.GetBytesAsync(Target), Is.EqualTo(expected));
    }

    [Test]
    public async Task Source_that_is_deleted_meanwhile_is_not_found()
    {
        using var storage = new ImageStorageManager(new OverwritingProvider(async inner =>
        {
            await inner.DeleteAsync(Source);
            return null;
        }));
        await storage.SaveBytesAsync(Source, SampleImages.OfLength(400, 1));

        Assert.That(() => storage.CopyAsync(Source, Target), Throws.TypeOf<ImageNotFoundException>());
    }

    // The record is damaged on Azure Blob Storage, for example: the version of the conflict is unknown, and the read says
    // why.
    [Test]
    public async Task Source_that_cannot_be_read_is_not_a_missing_source()
    {
        var provider = new OverwritingProvider(_ => throw new ImageConflictException("The precondition does not hold: the stored image is damaged.") { Key = Source }) { IsDamaged = true };
        using var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync(Source, SampleImages.OfLength(400, 1));

        Assert.That(() => storage.CopyAsync(Source, Target), Throws.TypeOf<ImageCorruptedException>());
    }

    [Test]
    public async Task Conflict_with_the_current_version_ends_the_copy()
    {
        using var storage = new ImageStorageManager(new OverwritingProvider(_ => throw new ImageConflictException("The precondition does not hold.") { Key = Source }));
        await storage.SaveBytesAsync(Source, SampleImages.OfLength(400, 1));

        Assert.That(() => storage.CopyAsync(Source, Target), Throws.TypeOf<ImageConflictException>());
    }

    [Test]
    public async Task Copy_of_a_provider_onto_itself_is_refused([Values] bool hasAbility)
    {
        await using IImageProvider provider = hasAbility ? new InMemoryImageProvider() : new OverwritingProvider(_ => Task.FromResult<ImageETag?>(null));

        Assert.That(() => provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = new ImageETag("v"), Target = Source }), Throws.ArgumentException);
    }

    /// <summary>Changes the source before the first copy, which then conflicts.</summary>
    private sealed class OverwritingProvider(Func<IImageProvider, Task<ImageETag?>> change) : DelegatingImageProvider(new InMemoryImageProvider()), ICopyProvider
    {
        private bool _isChanged;

        public bool IsNamed { get; init; }

        public bool IsDamaged { get; init; }

        public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
        {
            if (!_isChanged)
            {
                _isChanged = true;
                var current = await change(Inner);
                throw new ImageConflictException("The source has another version.") { Key = request.Source, CurrentETag = IsNamed ? current : null };
            }

            return await Inner.CopyAsync(request, cancellationToken);
        }

        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
            IsDamaged && _isChanged ? throw new ImageCorruptedException("The image is damaged.") { Key = key } : base.GetInfoAsync(key, cancellationToken);

        public override T? GetAbility<T>()
            where T : class => this as T ?? base.GetAbility<T>();
    }
}
