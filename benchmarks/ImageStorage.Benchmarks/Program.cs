Console.WriteLine("ImageStorage.Benchmarks");
