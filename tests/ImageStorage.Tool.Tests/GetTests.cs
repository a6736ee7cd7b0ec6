using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class GetTests : ToolFixture
{
    [Test]
    public async Task Get_writes_the_bytes_that_were_put()
    {
        var bytes = SampleImages.OfLength(300_000);
        await RunAsync(["put", "--store", Store, "k", "-"], bytes);

        var result = (await RunAsync("get", "--store", Store, "k", PathOf("out.png"))).Succeeded();

        Assert.That(File.ReadAllBytes(PathOf("out.png")), Is.EqualTo(bytes));
        Assert.That(result.Out, Does.StartWith("Wrote k (image/png, 16 x 16, 300 kB) to "));
    }

    [Test]
    public async Task Get_dash_writes_the_bytes_and_nothing_else()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Gif());

        Assert.That((await RunAsync("get", "--store", Store, "k", "-")).Succeeded().OutBytes, Is.EqualTo(SampleImages.Gif()));
    }

    [Test]
    public async Task Get_json_describes_the_image()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Avif(32, 24));

        var json = (await RunAsync("get", "--store", Store, "k", PathOf("out"), "--json")).Succeeded().Json;

        Assert.That(json.GetProperty("contentType").GetString(), Is.EqualTo("image/avif"));
    }

    [Test]
    public async Task Get_missing_key_fails_and_leaves_no_file()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        var result = (await RunAsync("get", "--store", Store, "other", PathOf("out.png"))).Failed(ExitCode.Failure, "no image 'other'");

        Assert.That(result.Out, Is.Empty);
        Assert.That(Entries(), Is.Empty);
    }

    [Test(Description = "P2: damaged bytes never end in a file.")]
    public async Task Get_damaged_image_leaves_the_old_file_and_no_half_one()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.OfLength(2_000_000));
        FlipByte(PayloadFile(), 1_900_000);
        Write("out.png", [1, 2, 3]);

        (await RunAsync("get", "--store", Store, "k", PathOf("out.png"))).Failed(ExitCode.Failure, "damaged");

        Assert.That(File.ReadAllBytes(PathOf("out.png")), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Entries(), Is.EqualTo(new[] { "out.png" }));
    }

    [Test]
    public async Task Get_into_a_folder_fails_clearly()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        Directory.CreateDirectory(PathOf("folder"));

        (await RunAsync("get", "--store", Store, "k", PathOf("folder"))).Failed(ExitCode.Failure, "is a folder");
    }

    [Test]
    public async Task Get_into_a_missing_folder_fails_clearly()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        (await RunAsync("get", "--store", Store, "k", PathOf("nowhere/out.png"))).Failed(ExitCode.Failure, "nowhere");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Devices are files only on Unix.")]
    public async Task Get_into_a_device_leaves_the_device()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        (await RunAsync("get", "--store", Store, "k", "/dev/null")).Succeeded();

        Assert.That(new FileInfo("/dev/null").Length, Is.Zero);
    }

    [Test]
    public async Task Get_json_to_standard_output_is_wrong_usage() =>
        (await RunAsync("get", "--store", Store, "k", "-", "--json")).Failed(ExitCode.Usage, "--json");

    private static void FlipByte(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }
}
