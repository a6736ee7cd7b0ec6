using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/saving-images.md, and that the code does what the page says.</summary>
internal sealed class SavingImagesSnippets
{
    private ServiceProvider _container = null!;

    private IImageStorage Images => _container.GetRequiredService<IImageStorage>();

    [SetUp]
    public void MakeStore()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        _container = services.BuildServiceProvider();
    }

    [TearDown]
    public ValueTask RemoveStoreAsync() => _container.DisposeAsync();

    [Test]
    public async Task Save_records_what_is_passed_and_the_type_of_the_bytes()
    {
        using var upload = new MemoryStream(SampleImages.Jpeg());

        var saved = await SaveAsync(Images, upload);

        Assert.That((saved.ContentType, saved.FileName, saved.Metadata["camera"], saved.Tags[0]), Is.EqualTo(("image/jpeg", "me.jpg", "X100", "avatar")));
        using var png = new MemoryStream(SampleImages.Png());
        Assert.That(() => SaveAsync(Images, png), Throws.InstanceOf<ImageValidationException>().With.Property("Kind").EqualTo(ImageValidationKind.TypeMismatch));
    }

    [Test]
    public async Task Overwrite_drops_what_is_not_passed_and_keeps_what_is()
    {
        var options = new SaveOptions { FileName = "tom.png", Tags = ["cat"], Metadata = new Dictionary<string, string> { ["by"] = "me" } };
        var first = await Images.SaveBytesAsync("kept", SampleImages.Png(), options);
        await Images.SaveBytesAsync("dropped", SampleImages.Png(), options);

        await Images.SaveBytesAsync("dropped", SampleImages.Png(seed: 1));
        using var newContent = new MemoryStream(SampleImages.Png(seed: 1));
        await ReplaceAsync(Images, "kept", newContent);

        var dropped = (await Images.GetInfoAsync("dropped"))!;
        var kept = (await Images.GetInfoAsync("kept"))!;
        Assert.That((dropped.FileName, dropped.Tags.Length, dropped.Metadata.Count), Is.EqualTo((default(string), 0, 0)));
        Assert.That((kept.FileName, kept.Tags[0], kept.Metadata["by"], kept.CreatedAt), Is.EqualTo(("tom.png", "cat", "me", first.CreatedAt)));
        Assert.That(kept.Sha256, Is.EqualTo(dropped.Sha256));
    }

    [TestCase(1, 40, 30)]
    [TestCase(3, 40, 30)]
    [TestCase(6, 30, 40)]
    public async Task Dimensions_that_a_person_sees_depend_on_the_orientation(byte value, int shownWidth, int shownHeight)
    {
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0];
        var image = SampleImages.Jpeg(40, 30);
        byte[] turned = [.. image[..2], .. exif, .. image[2..]];

        var info = await Images.SaveBytesAsync("turned", turned);

        var (width, height) = info.Orientation >= ImageOrientation.LeftTop ? (info.Height, info.Width) : (info.Width, info.Height);
        Assert.That((width, height, info.FrameCount, info.IsAnimated), Is.EqualTo((shownWidth, shownHeight, (int?)1, (bool?)false)));
    }

    [Test]
    public async Task Update_of_a_version_that_has_changed_is_a_conflict()
    {
        ImageKey key = "users/42/avatar";
        var seen = await Images.SaveBytesAsync(key, SampleImages.Png(), new SaveOptions { FileName = "me.png" });

        await TagAsync(Images, key);
        var isLost = await ApproveAsync(Images, key, seen);

        var info = (await Images.GetInfoAsync(key))!;
        Assert.That(isLost, Is.True);
        Assert.That((info.FileName, string.Join(',', info.Tags)), Is.EqualTo(("me.png", "approved,avatar")));
    }

    [Test]
    public async Task If_match_of_a_client_and_an_existing_image_have_their_status()
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage().UseInMemory();
        await using var app = builder.Build();
        MapAvatars(app);
        using var client = await LoopbackApp.StartAsync(app);

        Assert.That(await SendAsync(HttpMethod.Post, null), Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await SendAsync(HttpMethod.Post, null), Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await app.Services.GetRequiredService<IImageStorage>().GetBytesAsync("users/42"))!, Is.EqualTo(SampleImages.Png(seed: 0)));
        using var replaced = await client.PutAsync("/avatars/42", new ByteArrayContent(SampleImages.Png(seed: 1)));
        var etag = (await replaced.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("eTag").GetString();
        Assert.That(await SendAsync(HttpMethod.Put, $"\"{etag}\""), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await SendAsync(HttpMethod.Put, $"\"{etag}\""), Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(await SendAsync(HttpMethod.Put, "two words"), Is.EqualTo(HttpStatusCode.BadRequest));

        async Task<HttpStatusCode> SendAsync(HttpMethod method, string? ifMatch)
        {
            using var request = new HttpRequestMessage(method, "/avatars/42") { Content = new ByteArrayContent(SampleImages.Png(seed: 0)) };
            if (ifMatch is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            }

            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Test]
    public async Task Range_of_a_version_is_read()
    {
        ImageKey key = "a";
        var bytes = SampleImages.OfLength(5000);
        var seen = await Images.SaveBytesAsync(key, bytes);

        Assert.That(await ReadPartAsync(Images, key, seen), Is.EqualTo(bytes.AsSpan(1000, 500).ToArray()));
    }

    [Test]
    public async Task Failure_of_one_file_does_not_stop_the_others()
    {
        using var folder = new TemporaryCurrentFolder();
        await File.WriteAllBytesAsync("a.png", SampleImages.Png());
        await File.WriteAllTextAsync("b.png", "no image");

        await SaveAllAsync(Images, ["a.png", "b.png", "missing.png"]);

        Assert.That((await Images.ListAsync(new ImageQuery())).Items.Select(info => info.Key.Value), Is.EqualTo(["inbox/a.png"]));
        await DeletePageAsync(Images, await Images.ListAsync(new ImageQuery()));
        Assert.That((await Images.GetUsageAsync()).Count, Is.Zero);
    }

    private static void MapAvatars(WebApplication app)
    {
        app.MapPut("/avatars/{user}", async (string user, HttpRequest request, IImageStorage images) =>
        {
            try
            {
                // The header has the ETag in double quotes; ImageETag has no quotes.
                var ifMatch = request.Headers.IfMatch.ToString().Trim('"');
                Precondition? precondition = ifMatch.Length > 0 ? new IfMatch(new ImageETag(ifMatch)) : null;
                var saved = await images.SaveAsync($"users/{user}", request.Body, new SaveOptions { Precondition = precondition });
                return Results.Ok(new { ETag = saved.ETag.Value });
            }
            catch (ImageValidationException refused) when (refused.Kind == ImageValidationKind.InvalidETag)
            {
                return Results.Problem(refused.Message, statusCode: 400);
            }
            catch (ImageConflictException conflict)
            {
                return Results.Problem(conflict.Message, statusCode: 412);
            }
        });

        app.MapPost("/avatars/{user}", async (string user, HttpRequest request, IImageStorage images) =>
            await images.TryCreateAsync($"users/{user}", request.Body) is { } created
                ? Results.Created($"/avatars/{user}", new { ETag = created.ETag.Value })
                : Results.Conflict());
    }

    private static async Task<ImageInfo> SaveAsync(IImageStorage images, Stream upload)
    {
        var saved = await images.SaveAsync("users/42/avatar", upload, new SaveOptions
        {
            ContentType = "image/jpeg",
            FileName = "me.jpg",
            Metadata = new Dictionary<string, string> { ["camera"] = "X100" },
            Tags = ["avatar"],
        });
        return saved;
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

    private static async Task TagAsync(IImageStorage images, ImageKey key)
    {
        await images.UpdateAsync(key, new ImageUpdate { Tags = ["avatar", "approved"] });
    }

    private static async Task<bool> ApproveAsync(IImageStorage images, ImageKey key, ImageInfo seen)
    {
        try
        {
            await images.UpdateAsync(key, new ImageUpdate { Tags = ["approved"], Precondition = new IfMatch(seen.ETag) });
        }
        catch (ImageConflictException)
        {
            // Another request changed the image: read the image again, and decide again.
            return true;
        }

        return false;
    }

    private static async Task<byte[]> ReadPartAsync(IImageStorage images, ImageKey key, ImageInfo seen)
    {
        await using var part = await images.GetAsync(key, new GetOptions { Range = new ByteRange(1000, 500), IfMatch = seen.ETag });
        using var bytes = new MemoryStream();
        await part!.Content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task DeletePageAsync(IImageStorage images, ImagePage page)
    {
        foreach (var result in await images.DeleteManyAsync(page.Items.Select(info => info.Key)))
        {
            Console.WriteLine(result.Succeeded ? $"{result.Key}: deleted {result.Existed}" : $"{result.Key}: {result.Error.Message}");
        }
    }

    private static async Task SaveAllAsync(IImageStorage images, IEnumerable<string> files)
    {
        var requests = files.Select(path => new SaveRequest(
            $"inbox/{Path.GetFileName(path)}", _ => ValueTask.FromResult<Stream>(File.OpenRead(path))));
        foreach (var result in await images.SaveManyAsync(requests))
        {
            Console.WriteLine(result.Succeeded ? $"{result.Key}: {result.Info.Length} bytes" : $"{result.Key}: {result.Error.Message}");
        }
    }
}
