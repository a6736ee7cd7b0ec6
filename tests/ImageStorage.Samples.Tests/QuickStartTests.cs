using System.Diagnostics;
using System.Text.Json;
using ImageStorage.Testing;

namespace ImageStorage.Samples.Tests;

/// <summary>samples/QuickStart, the first thing that a new user runs, as a process of its own.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class QuickStartTests
{
    // In the output of the sample itself: beside the tests, ASP.NET Core takes the place of some of its packages.
    private static readonly string Program = Path.Join(
        Repository.Root, "samples", "QuickStart", Path.GetRelativePath(Path.Join(Repository.Root, "tests", "ImageStorage.Samples.Tests"), AppContext.BaseDirectory), "QuickStart.dll");

    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("imagestorage-quickstart-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase]
    [TestCase("--store", "file:kept")]
    [TestCase("--store", "litedb:kept.db")]
    [TestCase("--store", "hybrid:litedb:catalog.db+file:content")]
    public async Task Pictures_are_stored_listed_and_verified(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);

        Assert.That((exitCode, error), Is.EqualTo((0, string.Empty)), output);
        Assert.That(output, Does.Contain("Stored 5 images (0.2 MB), listed 5, read back and verified 5, refused 0."));
    }

    [Test]
    public async Task Files_of_a_folder_are_stored_and_the_others_refused_by_name()
    {
        Directory.CreateDirectory(Path.Join(_folder, "in"));
        await File.WriteAllBytesAsync(Path.Join(_folder, "in", "a.jpg"), SampleImages.Jpeg());
        await File.WriteAllTextAsync(Path.Join(_folder, "in", "notes.txt"), "a note");

        var (exitCode, output, _) = await RunAsync("in");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("Refused: notes.txt: ").And.Contain("Stored 1 images (0.0 MB), listed 1, read back and verified 1, refused 1."));
    }

    [TestCase("--help")]
    [TestCase("-h")]
    public async Task Help_is_printed_and_nothing_is_done(string argument)
    {
        var (exitCode, output, error) = await RunAsync(argument);

        Assert.That((exitCode, error), Is.EqualTo((0, string.Empty)));
        Assert.That(output, Does.Contain("--store STORE").And.Not.Contain("Stored"));
    }

    [TestCase("docs/guide/azure-blob.md", "--store", "azure:x")]
    [TestCase("'s3' is not a kind of store", "--store", "s3:x")]
    [TestCase("--store needs a name", "--store")]
    [TestCase("names no location", "--store", "file:")]
    [TestCase("does not name two stores", "--store", "hybrid:file:a")]
    [TestCase("'--bogus' is not an option", "--bogus")]
    [TestCase("There is no folder 'nowhere'", "nowhere")]
    [TestCase("is a second folder", ".", ".")]
    public async Task Command_line_that_is_wrong_is_told_without_a_stack_trace(string says, params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);

        Assert.That((exitCode, output), Is.EqualTo((2, string.Empty)));
        Assert.That(error, Does.Contain(says).And.Contain("--store STORE").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Store_that_cannot_be_used_is_told_without_a_stack_trace()
    {
        await File.WriteAllTextAsync(Path.Join(_folder, "kept"), "a file");

        var (exitCode, output, error) = await RunAsync("--store", "kept");

        Assert.That((exitCode, error), Is.EqualTo((1, string.Empty)));
        Assert.That(output, Does.Contain("FAILED: dawn.png: ").And.Not.Contain("   at "));
    }

    [Test(Description = "The first run downloads all of this before it shows anything.")]
    public void Packages_are_few()
    {
        using var lockFile = JsonDocument.Parse(File.ReadAllText(Path.Join(Repository.Root, "samples", "QuickStart", "packages.lock.json")));

        var packages = lockFile.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject().Select(package => package.Name).ToList();

        Assert.That(packages, Has.None.StartsWith("Azure").And.None.StartsWith("NUnit").And.None.StartsWith("SkiaSharp"));
        Assert.That(packages, Has.Count.LessThan(40));
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }
}
