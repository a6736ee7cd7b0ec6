using System.Security.Cryptography;
using ImageStorage;
using ImageStorage.Batch;
using Microsoft.Extensions.DependencyInjection;
using QuickStart;

// dotnet run --project samples/QuickStart [-- [FOLDER] [--store STORE]]
if (Arguments.Parse(args) is not { } arguments)
{
    return 2;
}

using var place = StorePlace.For(arguments.Store);
var pictures = arguments.Folder is { } folder ? Pictures.In(folder) : Pictures.Make();

// One line registers a store, such as services.AddImageStorage().UseFileSystem("data/images"); an application then asks
// for IImageStorage in its constructors.
var services = new ServiceCollection();
place.Use(services.AddImageStorage());
await using var provider = services.BuildServiceProvider();
var images = provider.GetRequiredService<IImageStorage>();

// Save them all, several at once. One that is refused does not stop the others: each has its own result. Which of them is
// stored first is chance, so they are given their times of creation.
var now = TimeProvider.System.GetUtcNow();
var results = await images.SaveManyAsync(pictures.Select((picture, number) =>
    new SaveRequest(picture.Key, _ => ValueTask.FromResult(picture.Open()), new SaveOptions { FileName = picture.FileName, CreatedAt = now.AddMilliseconds(number) })));
var stored = results.Where(result => result.Succeeded).Select(result => result.Key).ToHashSet();

// List them, the newest first; pages are fetched as the loop goes on.
var listed = await images.EnumerateAsync().Where(info => stored.Contains(info.Key)).ToListAsync();

// Read each back, and compare with where it came from.
var verified = 0;
foreach (var picture in pictures.Where(picture => stored.Contains(picture.Key)))
{
    await using var image = await images.GetAsync(picture.Key);
    await using var source = picture.Open();
    var expected = await SHA256.HashDataAsync(source);
    var actual = image is null ? [] : await SHA256.HashDataAsync(image.Content);
    if (actual.SequenceEqual(expected))
    {
        verified++;
    }
    else
    {
        Console.Error.WriteLine($"NOT VERIFIED: {picture.Name}");
    }
}

Report.PrintNewest(listed);
Report.PrintFailures(pictures, results);
Console.WriteLine(place.Description);
return Report.Conclude(results, listed.Count, verified);
