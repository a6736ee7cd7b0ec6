using System.Buffers.Binary;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/images.md, and that it does what the page says.</summary>
internal sealed class ImagesSnippets
{
    private static readonly Action<IServiceCollection>[] Configurations = [AcceptFewerTypes, AcceptAnotherFormat, RaiseLimits];

    [TestCaseSource(nameof(Configurations))]
    public async Task Options_are_accepted(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().Capabilities.ContentTypes, Is.Not.Empty);
    }

    [Test]
    public async Task A_format_of_the_application_is_accepted_by_its_bytes()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithValidation(validation => validation.SetFormats([.. ImageFormats.Default, new BmpFormat()]));
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        var bitmap = new byte[26];
        "BM"u8.CopyTo(bitmap);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(18), 640);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(22), -480);

        var info = await images.SaveBytesAsync("a.bmp", bitmap);

        Assert.That((info.ContentType, info.Width, info.Height), Is.EqualTo(("image/bmp", 640, 480)));
        Assert.That(() => images.SaveBytesAsync("b.bmp", bitmap.AsMemory(0, 20)), Throws.InstanceOf<ImageValidationException>());
    }

    [Test]
    public async Task Overwrite_drops_what_is_not_passed_and_keeps_what_is()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        var options = new SaveOptions { FileName = "tom.png", Tags = ["cat"], Metadata = new Dictionary<string, string> { ["by"] = "me" } };
        var first = await images.SaveBytesAsync("kept", SampleImages.Png(), options);
        await images.SaveBytesAsync("dropped", SampleImages.Png(), options);

        await images.SaveBytesAsync("dropped", SampleImages.Png(seed: 1));
        using var newContent = new MemoryStream(SampleImages.Png(seed: 1));
        await ReplaceAsync(images, "kept", newContent);

        var dropped = (await images.GetInfoAsync("dropped"))!;
        var kept = (await images.GetInfoAsync("kept"))!;
        Assert.That((dropped.FileName, dropped.Tags.Length, dropped.Metadata.Count), Is.EqualTo((default(string), 0, 0)));
        Assert.That((kept.FileName, kept.Tags[0], kept.Metadata["by"], kept.CreatedAt), Is.EqualTo(("tom.png", "cat", "me", first.CreatedAt)));
        Assert.That(kept.Sha256, Is.EqualTo(dropped.Sha256));
    }

    private static void AcceptFewerTypes(IServiceCollection services)
    {
        services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithValidation(validation => validation.AllowedContentTypes = ["image/jpeg", "image/png"]);
    }

    private static void AcceptAnotherFormat(IServiceCollection services)
    {
        services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithValidation(validation => validation.SetFormats([.. ImageFormats.Default, new BmpFormat()]));
    }

    private static void RaiseLimits(IServiceCollection services)
    {
        services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithValidation(validation => (validation.MaxLength, validation.MaxPixels) = (200 << 20, 400_000_000));
    }

    private static async Task ReplaceAsync(IImageStorage images, ImageKey key, Stream newContent)
    {
        var info = await images.GetInfoAsync(key);
        await images.SaveAsync(key, newContent, new SaveOptions
        {
            FileName = info?.FileName,
            Metadata = info?.Metadata,
            Tags = info?.Tags,
            Precondition = info is null ? IfNoneMatch.Any : new IfMatch(info.ETag),
        });
    }
}
