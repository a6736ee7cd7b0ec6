using System.Buffers.Binary;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/validation.md, and a check that the code does what the page says.</summary>
internal sealed class ValidationSnippets
{
    [Test]
    public async Task Fewer_types_can_be_accepted() =>
        Assert.That((await CapabilitiesAsync(AcceptFewerTypes)).ContentTypes, Is.EquivalentTo(["image/jpeg", "image/png"]));

    [Test]
    public async Task Limits_can_be_raised()
    {
        var capabilities = await CapabilitiesAsync(RaiseLimits);

        Assert.That((capabilities.MaxLength, capabilities.MaxPixels), Is.EqualTo((200L << 20, 400_000_000L)));
    }

    [Test]
    public async Task Format_of_the_application_is_among_the_accepted_ones() =>
        Assert.That((await CapabilitiesAsync(AcceptAnotherFormat)).ContentTypes, Does.Contain("image/bmp").And.Contain("image/png"));

    [Test]
    public async Task Format_of_the_application_is_detected_by_its_bytes()
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
    public async Task Refusals_have_the_status_of_the_table()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithValidation(validation => validation.MaxLength = 1000);
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        Assert.That(await StatusAsync(images, SampleImages.Png()), Is.EqualTo(200));
        Assert.That(await StatusAsync(images, new byte[1001]), Is.EqualTo(413));
        Assert.That(await StatusAsync(images, "%PDF-1.7"u8.ToArray()), Is.EqualTo(415));
        Assert.That(await StatusAsync(images, "only text"u8.ToArray()), Is.EqualTo(415));
        Assert.That(await StatusAsync(images, "<!doctype html><html></html>"u8.ToArray()), Is.EqualTo(415));
        Assert.That(await StatusAsync(images, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray()), Is.EqualTo(415));
        Assert.That(await StatusAsync(images, SampleImages.Png()[..20]), Is.EqualTo(400));
        Assert.That(await StatusAsync(images, []), Is.EqualTo(400));
        Assert.That(await StatusAsync(images, [1, 2, 3]), Is.EqualTo(400));
        Assert.That(await StatusAsync(images, new FailingStream()), Is.EqualTo(413));
    }

    private static async Task<StorageCapabilities> CapabilitiesAsync(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        await using var container = services.BuildServiceProvider();
        return container.GetRequiredService<IImageStorage>().Capabilities;
    }

    private static async Task<int?> StatusAsync(IImageStorage images, byte[] body)
    {
        using var stream = new MemoryStream(body);
        return await StatusAsync(images, stream);
    }

    private static async Task<int?> StatusAsync(IImageStorage images, Stream body) =>
        ((IStatusCodeHttpResult)await UploadAsync(images, "a", new DefaultHttpContext { Request = { Body = body } }.Request)).StatusCode;

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

    private static async Task<IResult> UploadAsync(IImageStorage images, ImageKey key, HttpRequest request)
    {
        try
        {
            var info = await images.SaveAsync(key, request.Body);
            return Results.Ok(info.ContentType);
        }
        catch (ImageValidationException refused)
        {
            return Results.Problem(refused.Message, statusCode: refused.Kind switch
            {
                ImageValidationKind.TooLarge => 413,
                ImageValidationKind.UnsupportedType or ImageValidationKind.TypeMismatch => 415,
                _ => 400,
            });
        }
        catch (ImageSourceException failure) when (failure.InnerException is BadHttpRequestException refused)
        {
            return Results.StatusCode(refused.StatusCode);
        }
    }

    /// <summary>A request body that the web server refuses.</summary>
    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new BadHttpRequestException("Request body too large.", 413);
    }
}
