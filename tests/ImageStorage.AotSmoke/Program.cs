Console.WriteLine("ImageStorage.AotSmoke");
