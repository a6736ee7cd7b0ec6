using System.Security.Cryptography;
using System.Text.Json;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

/// <summary>The command put. Alone, because one test changes the current folder of the process.</summary>
[NonParallelizable]
internal sealed class PutTests : ToolFixture
{
    [Test]
    public async Task Put_file_stores_it_and_says_so()
    {
        var file = Write("tom.png", SampleImages.Png(40, 30));

        var result = (await RunAsync("put", "--store", Store, "cats/tom.png", file)).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored cats/tom.png (image/png, 40 x 30, "));
    }

    [Test]
    public async Task Put_json_has_all_that_is_known()
    {
        var bytes = SampleImages.Jpeg(20, 10);
        var file = Write("tom.jpg", bytes);

        var result = (await RunAsync("put", "--store", Store, "cats/tom", file, "--json", "--tag", "b", "--tag", "a", "--meta", "by=me", "--meta", "note=x=y")).Succeeded();

        var json = result.Json;
        Assert.Multiple(() =>
        {
            Assert.That(json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "key", "contentType", "length", "width", "height", "orientation", "frameCount", "sha256", "xxHash128", "createdAt", "modifiedAt", "etag", "fileName", "tags", "metadata", "properties", "encoding" }));
            Assert.That(json.GetProperty("key").GetString(), Is.EqualTo("cats/tom"));
            Assert.That(json.GetProperty("contentType").GetString(), Is.EqualTo("image/jpeg"));
            Assert.That(json.GetProperty("length").GetInt64(), Is.EqualTo(bytes.Length));
            Assert.That(json.GetProperty("width").GetInt32(), Is.EqualTo(20));
            Assert.That(json.GetProperty("orientation").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("frameCount").GetInt32(), Is.EqualTo(1));
            Assert.That(json.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
            Assert.That(json.GetProperty("xxHash128").GetString(), Has.Length.EqualTo(32));
            Assert.That(json.GetProperty("createdAt").GetDateTime().Kind, Is.EqualTo(DateTimeKind.Utc));
            Assert.That(json.GetProperty("fileName").GetString(), Is.EqualTo("tom.jpg"));
            Assert.That(json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Is.EqualTo(new[] { "a", "b" }));
            Assert.That(json.GetProperty("metadata").GetProperty("note").GetString(), Is.EqualTo("x=y"));
        });
    }

    [Test]
    public async Task Put_dash_reads_standard_input()
    {
        var bytes = SampleImages.WebP();

        (await RunAsync(["put", "--store", Store, "k", "-"], bytes)).Succeeded();

        Assert.That((await RunAsync("get", "--store", Store, "k", "-")).OutBytes, Is.EqualTo(bytes));
    }

    [Test]
    public async Task Put_text_named_jpg_is_refused_and_makes_no_image()
    {
        var file = Write("cat.jpg", "not an image, only named like one"u8.ToArray());

        (await RunAsync("put", "--store", Store, "cat.jpg", file)).Failed(ExitCode.Failure, "'cat.jpg' was refused");

        Assert.That(Directory.Exists(Path.Join(StorePath, "images")), Is.False);
    }

    [Test]
    public async Task Put_missing_file_fails_and_makes_no_store()
    {
        (await RunAsync("put", "--store", Store, "k", PathOf("nothing.png"))).Failed(ExitCode.Failure, "nothing.png");

        Assert.That(Directory.Exists(StorePath), Is.False);
    }

    [Test]
    public async Task Put_other_content_type_than_declared_is_refused()
    {
        var file = Write("a.png", SampleImages.Png());

        (await RunAsync("put", "--store", Store, "k", file, "--content-type", "image/jpeg")).Failed(ExitCode.Failure, "image/jpeg");
    }

    [Test]
    public async Task Put_create_only_keeps_what_is_there()
    {
        (await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png(seed: 1))).Succeeded();

        (await RunAsync(["put", "--store", Store, "k", "-", "--create-only"], SampleImages.Png(seed: 2))).Failed(ExitCode.Failure, "There is an image 'k' already, and nothing was changed. Choose another key, or leave out --create-only to replace the image.");

        Assert.That((await RunAsync("get", "--store", Store, "k", "-")).OutBytes, Is.EqualTo(SampleImages.Png(seed: 1)));
    }

    [Test]
    public async Task Put_if_match_replaces_that_version_only()
    {
        var first = (await RunAsync(["put", "--store", Store, "k", "-", "--json"], SampleImages.Png(seed: 1))).Json.GetProperty("etag").GetString()!;

        (await RunAsync(["put", "--store", Store, "k", "-", "--if-match", first], SampleImages.Png(seed: 2))).Succeeded();
        (await RunAsync(["put", "--store", Store, "k", "-", "--if-match", $"\"{first}\""], SampleImages.Png(seed: 3))).Failed(ExitCode.Failure, "'imagestorage info' shows its current ETag");

        Assert.That((await RunAsync("get", "--store", Store, "k", "-")).OutBytes, Is.EqualTo(SampleImages.Png(seed: 2)));
    }

    [TestCase("--create-only", "--if-match", "x")]
    [TestCase("--meta", "novalue")]
    [TestCase("--meta", "=value")]
    [TestCase("--meta", "a=1", "--meta", "a=2")]
    [TestCase("--if-match", "two words")]
    public async Task Put_options_that_make_no_sense_are_wrong_usage(params string[] options)
    {
        (await RunAsync([.. (string[])["put", "--store", Store, "k", "-"], .. options], SampleImages.Png())).Failed(ExitCode.Usage, string.Empty);

        Assert.That(Directory.Exists(StorePath), Is.False);
    }

    [Test]
    public async Task Put_file_named_like_a_response_file_is_a_file()
    {
        var file = Write("@photo.png", SampleImages.Png());
        var former = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Path.GetDirectoryName(file)!;
        try
        {
            (await RunAsync("put", "--store", Store, "@key", "@photo.png")).Succeeded();
        }
        finally
        {
            Environment.CurrentDirectory = former;
        }
    }

    [Test]
    public async Task Put_over_a_limit_names_the_option_that_raises_it()
    {
        var file = Write("wide.png", SampleImages.PngClaiming(20_000, 20_000));
        var large = Write("large.png", SampleImages.OfLength(60 << 20));

        (await RunAsync("put", "--store", Store, "k", file)).Failed(ExitCode.Failure, "--max-pixels");
        (await RunAsync("put", "--store", Store, "k", large)).Failed(ExitCode.Failure, "--max-length");
        (await RunAsync("put", "--store", Store, "k", large, "--max-length", "1MB")).Failed(ExitCode.Failure, "--max-length");
        (await RunAsync("put", "--store", Store, "large", large, "--max-length", "70MiB")).Succeeded();
        (await RunAsync("put", "--store", Store, "wide", file, "--max-pixels", "400000000")).Succeeded();
    }

    [Test(Description = "LiteDB has a limit of its own, which the same option raises.")]
    public async Task Put_over_the_limit_of_a_database_raises_that_limit_too()
    {
        var large = PathOf("large.png");
        await using (var file = File.Create(large))
        {
            await SampleImages.StreamOfLength(300 << 20).CopyToAsync(file);
        }

        (await RunAsync("put", "--store", $"litedb:{PathOf("images.db")}", "k", large, "--max-length", "290MB")).Failed(ExitCode.Failure, "--max-length");
        (await RunAsync("put", "--store", $"litedb:{PathOf("images.db")}", "k", large, "--max-length", "400MB")).Succeeded();
    }

    [TestCase("5x")]
    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("MB")]
    [TestCase("9999999999GiB")]
    public async Task Put_length_that_is_no_number_of_bytes_is_wrong_usage(string length) =>
        (await RunAsync("put", "--store", Store, "k", "-", "--max-length", length)).Failed(ExitCode.Usage, "is not a number of bytes");

    [Test]
    public async Task Put_empty_input_is_refused_without_advice_on_streams() =>
        (await RunAsync("put", "--store", Store, "k", "-")).Failed(ExitCode.Failure, "it is empty");

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such files.")]
    public async Task Put_from_a_pipe_stores_its_bytes()
    {
        var (fifo, bytes) = (PathOf("fifo"), SampleImages.OfLength(200_000));
        Write("image.png", bytes);
        Assert.That((await ShellAsync("mkfifo \"$1\"", fifo)).ExitCode, Is.Zero);
        var writing = ShellAsync("cat \"$2\" > \"$1\"", fifo, PathOf("image.png"));

        (await RunAsync("put", "--store", Store, "k", fifo)).Succeeded();

        Assert.That((await writing).ExitCode, Is.Zero);
        Assert.That((await RunAsync("get", "--store", Store, "k", "-")).OutBytes, Is.EqualTo(bytes));
    }

    [Test]
    public async Task Put_verbose_adds_the_details()
    {
        var result = await RunAsync("put", "--store", Store, "k", PathOf("nothing.png"), "--verbose");

        Assert.That(result.Error, Does.StartWith("error: ").And.Contain("FileNotFoundException").And.Contain("   at "));
    }
}
